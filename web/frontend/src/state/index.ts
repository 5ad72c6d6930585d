/** The one store: what is shown (in the URL), what the pointer is on, and how both change. */
import { signal } from "@preact/signals";
import { asksTheSame, readUrl, type View, writeUrl } from "./url";

const LONGEST_TRAIL = 12;
/** Most sets that the tray holds. */
export const MOST_IN_TRAY = 12;

const first = readUrl(location.pathname, location.search);

/** What is shown; change it with `go`. */
export const view = signal<View>(first.view);

/** What the link said that could not be understood. */
export const complaints = signal<readonly string[]>(first.complaints);

/** Key of the set under the pointer or the keyboard; never in the URL. */
export const hovered = signal<string | null>(null);

/** Keys of the sets that were pinned lately in this lattice, the last one last. */
export const trail = signal<readonly string[]>(first.view.set === null ? [] : [first.view.set]);

/** Change the view. Back undoes it, unless it is only a change of the camera. */
export function go(change: Partial<View>, how: "push" | "replace" = "push"): void {
  const now = view.peek();
  const changed = { ...now, ...change };
  // Another question has other paths: it begins at its best one.
  const begins =
    how === "push" && changed.alternative === now.alternative && !asksTheSame(now, changed);
  const next = begins ? { ...changed, alternative: null } : changed;
  const url = writeUrl(next);
  if (how === "push" && url !== writeUrl(view.peek())) history.pushState(null, "", url);
  else history.replaceState(null, "", url);
  show(next);
  if (how === "push") complaints.value = [];
}

export function followHistory(): void {
  addEventListener("popstate", () => {
    const read = readUrl(location.pathname, location.search);
    show(read.view);
    complaints.value = read.complaints;
  });
}

function show(next: View): void {
  const { lattice, set } = view.peek();
  view.value = next;
  if (next.lattice !== lattice) {
    trail.value = [];
    hovered.value = null;
  }
  if (next.set !== null && (next.set !== set || next.lattice !== lattice)) {
    const before = trail.peek().filter((key) => key !== next.set);
    trail.value = [...before, next.set].slice(-LONGEST_TRAIL);
  }
}

// ---------------------------------------------------------------- the selection

/** Pin a set; its neighborhood is asked for and its moves are drawn. */
export function pin(key: string | null): void {
  if (view.peek().set !== key) go({ set: key });
}

/** Ask for the path between two sets. */
export function connect(from: string, to: string): void {
  go({ from, to, mode: "path" });
}

/** The set that the full tray turned away last, until the tray changes. */
export const turnedAway = signal<string | null>(null);

/** Put a set into the tray, or take it out. Gives false where the tray is full. */
export function toggleInTray(key: string): boolean {
  const { tray, baseline } = view.peek();
  turnedAway.value = !tray.includes(key) && tray.length >= MOST_IN_TRAY ? key : null;
  if (tray.includes(key)) {
    const left = tray.filter((each) => each !== key);
    go({ tray: left, baseline: baseline === key ? null : baseline });
    return true;
  }
  if (turnedAway.peek() !== null) return false;
  go({ tray: [...tray, key] });
  return true;
}

/** Compare everything with this set; it joins the tray. Null: the first of the tray. */
export function setBaseline(key: string | null): boolean {
  const { tray } = view.peek();
  const joins = key !== null && !tray.includes(key);
  turnedAway.value = joins && tray.length >= MOST_IN_TRAY ? key : null;
  if (turnedAway.peek() !== null) return false;
  go({ baseline: key, tray: joins ? [key, ...tray] : tray });
  return true;
}

// ---------------------------------------------------------------- the filter

/** Add a chip; one that is there already stays one. */
export function addFilter(predicate: string): void {
  const { filters } = view.peek();
  if (!filters.includes(predicate)) go({ filters: [...filters, predicate], camera: null });
}

export function removeFilter(predicate: string): void {
  const { filters } = view.peek();
  go({ filters: filters.filter((each) => each !== predicate), camera: null });
}
