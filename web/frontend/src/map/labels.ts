/** Names beside sets where there is room, and the marks of what is in the tray. */
import { type Box, boxAt, dots, fitted, free, label, rects, textWidth } from "./primitives";
import {
  at,
  type Frame,
  fillOf,
  LABELLED_NODES,
  type Marked,
  radiusFor,
  type SceneData,
} from "./scene";
import type { Primitive } from "./types";

/** Sets whose names are tried at all: more find no room. */
const MOST_NAMED = 256;
const WIDTHS = [150, 96, 56];
const SIZE = 12;
/** From the middle of a set to its name; beyond the ring where it has one. */
const NAME_AWAY = 13;
const MARK_AWAY = 16;

/** The sets themselves: names stand beside them, never on them. */
export function obstacles(data: SceneData, frame: Frame): Box[] {
  if (!isNamed(data, frame)) return [];
  const radius = radiusFor(data.table.keys.length);
  return data.table.keys.map((_, row) => {
    const [x, y] = at(frame, row);
    return [x - radius, y - radius, x + radius, y + radius];
  });
}

/** Names of the sets, where there is room; `without` have a label of their own. */
export function nameScene(
  data: SceneData,
  frame: Frame,
  without: ReadonlySet<number>,
  taken: Box[],
): Primitive[] {
  if (!isNamed(data, frame)) return [];
  const scene: Primitive[] = [];
  const style = { color: frame.theme.ink, halo: frame.theme.paper };
  const seen = new Set<number>();
  for (const width of WIDTHS) {
    for (let row = 0; row < data.table.keys.length; row += 1) {
      if (without.has(row) || seen.has(row)) continue;
      const placed = place(frame, row, data.nameOf(row), width, taken, false);
      if (!placed) continue;
      seen.add(row);
      scene.push(label(placed.left, placed.middle, placed.text, style));
    }
  }
  return scene;
}

/** Sets that are drawn whatever the filter says, the tray and its baseline. */
export function marksScene(
  data: SceneData,
  frame: Frame,
  shown: Marked,
  named: Set<number>,
  taken: Box[],
): Primitive[] {
  const { theme } = frame;
  const scene: Primitive[] = [];
  for (let row = data.inside; row < data.table.keys.length; row += 1) {
    const stroke = data.colors[row] === null ? theme.muted : fillOf(data, frame, row);
    scene.push(dots(at(frame, row), 6, { stroke: theme.ink, width: 5 }));
    scene.push(dots(at(frame, row), 6, { fill: theme.paper, stroke, width: 3 }));
  }
  const style = { color: theme.ink, halo: theme.paper, bold: true };
  for (const row of shown.tray ?? []) {
    const [x, y] = at(frame, row);
    const isBaseline = row === shown.baseline;
    const mark = (color: string, width: number): Primitive =>
      isBaseline
        ? rects([x - 10.5, y - 10.5, 21, 21], { stroke: color, width })
        : dots([x, y], 11, { stroke: color, width });
    scene.push(mark(theme.paper, 4), mark(theme.ink, 1.75));
    if (named.has(row) && !isBaseline) continue;
    named.add(row);
    const text = isBaseline ? `baseline ${data.nameOf(row)}` : data.nameOf(row);
    const placed = place(frame, row, text, 190, taken, true);
    if (placed) scene.push(label(placed.left, placed.middle, placed.text, style));
  }
  for (let row = data.inside; row < data.table.keys.length; row += 1) {
    if (named.has(row) || row === shown.hovered) continue;
    named.add(row);
    const placed = place(frame, row, data.nameOf(row), 170, taken, true);
    if (placed) scene.push(label(placed.left, placed.middle, placed.text, style));
  }
  return scene;
}

/** Rows of sets are named below, where their neighbors leave no room beside them. */
function place(
  frame: Frame,
  row: number,
  name: string,
  most: number,
  taken: Box[],
  bold: boolean,
): { left: number; middle: number; text: string } | null {
  const [x, y] = at(frame, row);
  if (x < 0 || y < 0 || x > frame.size.width || y > frame.size.height) return null;
  const text = fitted(name, most, SIZE, bold);
  const width = textWidth(text, SIZE, bold);
  const inRows = frame.layout.axes !== null && frame.layout.scales === null;
  const below: readonly (readonly [number, number])[] = [
    [x - width / 2, y + 17],
    [x - width / 2, y - 17],
  ];
  const away = bold ? MARK_AWAY : NAME_AWAY;
  const beside: readonly (readonly [number, number])[] = [
    [x + away, y],
    [x + away, y - 13],
    [x + away, y + 13],
    [x - away - width, y],
  ];
  const spots = inRows ? below : [...beside, ...below];
  const spot = spots.find(
    ([left, middle]) =>
      left > 4 &&
      left + width < frame.size.width - 4 &&
      middle > 8 &&
      middle < frame.size.height - 8 &&
      free(taken, boxAt(left, middle, width)),
  );
  if (!spot) return null;
  taken.push(boxAt(spot[0], spot[1], width));
  return { left: spot[0], middle: spot[1], text };
}

function isNamed(data: SceneData, frame: Frame): boolean {
  const inRows = frame.layout.axes !== null && frame.layout.scales === null;
  return data.table.keys.length <= (inRows ? MOST_NAMED : LABELLED_NODES);
}
