/** Pure helpers of the tray. */
import type { Refusal } from "../api";

/** One text of the tray: the key that it stands for, and what is wrong with it. */
export interface Entry {
  readonly text: string;
  readonly key: string | null;
  readonly problem: string | null;
}

/** The entries of a tray; what stands for a set that came before is said to. */
export function entriesOf(
  tray: readonly string[],
  readingOf: (text: string) => string | Refusal | null,
): Entry[] {
  const seen = new Set<string>();
  return tray.map((text) => {
    const found = readingOf(text);
    if (found === null) return { text, key: null, problem: null };
    if (typeof found !== "string") {
      return { text, key: null, problem: `${found.message} ${found.hint}`.trim() };
    }
    const problem = seen.has(found)
      ? "It is in the tray twice; a set does not differ from itself."
      : null;
    seen.add(found);
    return { text, key: found, problem };
  });
}

/** A tray without its entry at a place; a baseline that it was goes with it. */
export function without(
  tray: readonly string[],
  baseline: string | null,
  at: number,
): { tray: string[]; baseline: string | null } {
  const left = tray.filter((_, place) => place !== at);
  return { tray: left, baseline: baseline !== null && left.includes(baseline) ? baseline : null };
}
