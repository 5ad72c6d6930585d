/** What keys ask of parts that may not be loaded yet, and whether single keys do anything. */
import { signal } from "@preact/signals";

const KEY = "datalattice.keys";

export const helpShown = signal(false);

/** The search box takes the focus as soon as it is there. */
export const searchWanted = signal(false);

/** Single keys can be switched off: speech input and some screen readers type them by accident. */
export const keysWork = signal(remembered());

function remembered(): boolean {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true;
  }
}

export function setKeysWork(work: boolean): void {
  keysWork.value = work;
  try {
    localStorage.setItem(KEY, work ? "on" : "off");
  } catch {
    // storage is switched off: the choice lasts as long as the page
  }
}
