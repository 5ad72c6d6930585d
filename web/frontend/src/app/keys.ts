/** The keyboard: every key, what it says in the help, and what it does. */
import { layoutChoices, nextLayout } from "../controls/layouts";
import { openExport } from "../export/registry";
import { cameraControls } from "../map/controls";
import { climb, walk } from "../neighborhood/walk";
import { connect, go, hovered, pin, setBaseline, toggleInTray, view } from "../state";
import { latticeLayoutFits, layout, measure, rowsLayoutFits } from "../state/answers";
import { keysWork, searchWanted } from "./wishes";

/** A line of the help: keys and what they do. */
export const HELP: readonly (readonly [keys: string, meaning: string])[] = [
  ["/", "search for sets, objects, measures; filter"],
  ["↑ ↓", "add or remove along the best move from the pinned set"],
  ["← →", "walk through the pinned set's neighbors, best first; Enter pins"],
  ["Enter", "pin the set that is pointed at"],
  ["p", "path from the pinned set to the one that is pointed at"],
  ["Space", "put the pinned set into the tray, or take it out"],
  ["b", "make the pinned set the baseline"],
  ["m g t c", "map, grid, table, compare"],
  ["l", "the next layout that fits"],
  ["+ − 0", "zoom in, zoom out, fit"],
  ["e", "export what is seen"],
  ["Esc", "clear: path first, then the pinned set"],
  ["?", "this help"],
];

/** Where keys are typed, or have a meaning of their own. */
const TYPED = "input, select, textarea, [contenteditable], [role=listbox]";
const PRESSED = "button, a, summary, [role=button], [role=option], [role=tab]";
const SCROLLED = ".scroll, [role=slider], [role=grid], [role=menu], [role=radiogroup]";

export function followKeys(showHelp: () => void): void {
  addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (event.defaultPrevented || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // A dialog may be open without the focus, as when the button that had it is disabled.
    if (target.closest(TYPED) || document.querySelector("dialog[open]")) return;
    if (target.closest(PRESSED) && (event.key === "Enter" || event.key === " ")) return;
    if (target.closest(SCROLLED) && event.key.startsWith("Arrow")) return;
    if (!keysWork.peek() && event.key !== "Escape") return;
    if (view.peek().lattice === null && event.key !== "?") return;
    if (press(event.key, showHelp)) event.preventDefault();
  });
}

/** Do what a key means; false where it means nothing now, and is left to the browser. */
function press(key: string, showHelp: () => void): boolean {
  const { set } = view.peek();
  if (set === null && (key.startsWith("Arrow") || [" ", "b", "p"].includes(key))) return false;
  if (set === null && hovered.peek() === null && key === "Enter") return false;
  const actions: Record<string, () => void> = {
    "?": showHelp,
    "/": () => {
      // At once where it is there: what is typed next belongs to it.
      const box = document.querySelector<HTMLInputElement>("#set-search");
      box?.focus();
      searchWanted.value = document.activeElement !== box || box === null;
    },
    m: () => go({ view: "map" }),
    g: () => go({ view: "grid" }),
    t: () => go({ view: "table" }),
    c: () => go({ view: "compare" }),
    " ": () => withPinned(toggleInTray),
    b: () => withPinned((key) => setBaseline(view.peek().baseline === key ? null : key)),
    l: turnLayout,
    e: openExport,
    "+": () => cameraControls.zoomBy(1.5),
    "=": () => cameraControls.zoomBy(1.5),
    "-": () => cameraControls.zoomBy(1 / 1.5),
    "0": () => cameraControls.fit(),
    p: pathToHovered,
    Enter: () => hovered.peek() !== null && pin(hovered.peek()),
    Escape: clear,
    ArrowUp: () => climb("add"),
    ArrowDown: () => climb("remove"),
    ArrowRight: () => walk(1),
    ArrowLeft: () => walk(-1),
  };
  actions[key]?.();
  return key in actions;
}

function turnLayout(): void {
  const choices = layoutChoices({
    lattice: latticeLayoutFits.peek(),
    rows: rowsLayoutFits.peek(),
    measured: measure.peek() !== null,
    known: true,
  });
  go({ view: "map", layout: nextLayout(choices, layout.peek()), camera: null });
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
