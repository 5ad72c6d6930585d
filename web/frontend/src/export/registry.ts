/** What can be exported of the page that is shown, and whether the menu for it is open. */
import { computed, signal } from "@preact/signals";
import type { Exportable } from "./types";

const registered = signal<readonly Exportable[]>([]);

/** The exportable of what was shown last. */
export const exportable = computed(() => registered.value.at(-1) ?? null);

export const exporting = signal(false);

/** Offer an export while something is shown; the returned function takes it back. */
export function registerExport(offered: Exportable): () => void {
  registered.value = [...registered.peek(), offered];
  return () => {
    registered.value = registered.peek().filter((each) => each !== offered);
  };
}

export function openExport(): void {
  exporting.value = exportable.peek() !== null;
}
