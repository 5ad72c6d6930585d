/** How a page offers its exports. */
import { useSignalEffect } from "@preact/signals";
import { registerExport } from "./registry";
import type { Exportable } from "./types";

/** Offer what `offered` gives, anew whenever a signal that it reads changes; null is nothing. */
export function useExport(offered: () => Exportable | null): void {
  useSignalEffect(() => {
    const now = offered();
    return now ? registerExport(now) : undefined;
  });
}
