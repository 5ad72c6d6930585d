/** The keyboard: every key, what it says in the help, and what it does. */
import { cameraControls } from "../map/camera";
import { higherIsBetter } from "../scales";
import { connect, go, hovered, pin, setBaseline, toggleInTray, view } from "../state";
import { layout, measure, sets } from "../state/answers";
import { type Step, stepsFrom } from "../subsets";

/** A line of the help: keys and what they do. */
export const HELP: readonly (readonly [keys: string, meaning: string])[] = [
  ["/", "search: go to a training set"],
  ["↑ ↓", "add or remove along the best move from the pinned set"],
  ["← →", "walk through the pinned set's neighbors, best first; Enter pins"],
  ["Enter", "pin the set that is pointed at"],
  ["p", "path from the pinned set to the one that is pointed at"],
  ["Space", "put the pinned set into the tray, or take it out"],
  ["b", "make the pinned set the baseline"],
  ["m g t", "map, grid, table"],
  ["l", "change the layout"],
  ["+ − 0", "zoom in, zoom out, fit"],
  ["Esc", "clear: path first, then the pinned set"],
  ["?", "this help"],
];

export function followKeys(showHelp: () => void): void {
  addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.closest("input, select, textarea, dialog[open]")) return;
    const onControl = target.closest("button, a") !== null;
    if (onControl && (event.key === "Enter" || event.key === " ")) return;
    if (view.peek().lattice === null && event.key !== "?") return;
    if (press(event.key, showHelp)) event.preventDefault();
  });
}

function press(key: string, showHelp: () => void): boolean {
  const actions: Record<string, () => void> = {
    "?": showHelp,
    "/": () => document.querySelector<HTMLInputElement>("#set-search")?.focus(),
    m: () => go({ view: "map" }),
    g: () => go({ view: "grid" }),
    t: () => go({ view: "table" }),
    " ": () => withPinned(toggleInTray),
    b: () => withPinned((key) => setBaseline(view.peek().baseline === key ? null : key)),
    l: () => go({ view: "map", layout: layout.peek() === "lattice" ? "landscape" : "lattice" }),
    "+": () => cameraControls.zoomBy(1.5),
    "=": () => cameraControls.zoomBy(1.5),
    "-": () => cameraControls.zoomBy(1 / 1.5),
    "0": () => cameraControls.fit(),
    p: pathToHovered,
    Enter: () => hovered.peek() !== null && pin(hovered.peek()),
    Escape: clear,
    ArrowUp: () => climb(true),
    ArrowDown: () => climb(false),
    ArrowRight: () => walk(1),
    ArrowLeft: () => walk(-1),
  };
  actions[key]?.();
  return key in actions;
}

function withPinned(work: (key: string) => void): void {
  const { set } = view.peek();
  if (set !== null) work(set);
}

function clear(): void {
  const { from } = view.peek();
  hovered.value = null;
  if (from !== null) go({ from: null, to: null });
  else pin(null);
}

function pathToHovered(): void {
  const { set } = view.peek();
  const other = hovered.peek();
  if (set === null) return;
  if (other !== null && other !== set) connect(set, other);
  else go({ from: set, to: null });
}

/** Stored moves from the pinned set, best first. */
function movesByGain(): Step[] {
  const shown = sets.peek();
  const chosen = measure.peek();
  const row = shown?.table.rowOfKey.get(view.peek().set ?? "");
  if (!shown || row === undefined) return [];
  const means = shown.columns.means;
  const sign = !chosen || higherIsBetter(chosen) ? 1 : -1;
  const gain = (step: Step) => sign * (means[step.row] ?? Number.NEGATIVE_INFINITY * sign);
  return stepsFrom(shown.table, row).sort((a, b) => gain(b) - gain(a));
}

function climb(adds: boolean): void {
  const best = movesByGain().find((step) => step.adds === adds);
  if (best) pin(sets.peek()?.table.keys[best.row] ?? null);
}

function walk(direction: 1 | -1): void {
  const moves = movesByGain();
  const keys = moves.map((step) => sets.peek()?.table.keys[step.row] ?? "");
  if (keys.length === 0) return;
  const here = keys.indexOf(hovered.peek() ?? "");
  const next = here < 0 ? (direction > 0 ? 0 : keys.length - 1) : here + direction;
  hovered.value = keys[(next + keys.length) % keys.length] ?? null;
}
