/** The heat map's cells as a draw list: pure, for the screen and for files alike. */
import { dots, fitted, label, lines, rects } from "../map/primitives";
import type { Primitive } from "../map/types";
import type { Theme } from "../state/theme";
import type { Column, Row } from "./types";

export interface HeatPicture {
  readonly columns: readonly Column[];
  readonly row: (at: number) => Row | null;
  readonly first: number;
  readonly count: number;
  readonly shift: number;
  readonly rowHeight: number;
  readonly left: number;
  readonly columnWidth: number;
  readonly height: number;
  readonly pinned: string | null;
  readonly tray: readonly string[];
  readonly byRank: boolean;
  readonly theme: Theme;
}

const LABEL_HEIGHT = 11;
const GAP_FROM = 4;
const LABEL_GAP = 14;
const HATCH = { every: 6, width: 1.5 };
const BAR = 4;

/** Pixels of a column, or of a row. */
interface Stretch {
  readonly start: number;
  readonly size: number;
}

/** Cells by what they look like, before they are primitives. */
interface Cells {
  readonly colored: Map<string, number[]>;
  readonly unread: number[];
  readonly declared: number[];
  /** By place of the column: stretches of missing cells, those that touch as one. */
  readonly missing: Map<number, Stretch[]>;
}

export function heatScene(picture: HeatPicture): Primitive[] {
  const { rowHeight, left, columnWidth, columns, theme, first, count } = picture;
  const gap = rowHeight >= GAP_FROM ? 1 : 0;
  const side = columnWidth >= 6 ? 1 : 0;
  const across = columns.map((_, at): Stretch => {
    const start = Math.round(left + at * columnWidth);
    const end = Math.round(left + (at + 1) * columnWidth);
    return { start, size: Math.max(1, end - start - side) };
  });
  const cells: Cells = { colored: new Map(), unread: [], declared: [], missing: new Map() };
  for (let at = first; at < first + count; at += 1) {
    const row = picture.row(at);
    const down = { start: topOf(picture, at), size: Math.max(1, rowHeight - gap) };
    if (row === null) cells.unread.push(left, down.start, columnWidth * columns.length, down.size);
    else sortCells(cells, row, columns, across, down);
  }
  return [
    hatched(cells.missing, across, theme.line),
    rects(cells.unread, { fill: theme.line, opacity: 0.25 }),
    ...[...cells.colored].map(([fill, points]) => rects(points, { fill })),
    framed(cells.declared, theme.muted),
    ...names(picture),
    ...marks(picture),
  ].filter((each) => each.kind === "label" || each.points.length > 0);
}

function topOf({ first, rowHeight, shift }: HeatPicture, at: number): number {
  return (at - first) * rowHeight - shift;
}

function sortCells(
  cells: Cells,
  row: Row,
  columns: readonly Column[],
  across: readonly Stretch[],
  down: Stretch,
): void {
  for (const [place, column] of columns.entries()) {
    const cell = row.cells[column.place] ?? null;
    const { start, size } = across[place] ?? { start: 0, size: 1 };
    if (cell && cell.origin !== "declared") {
      const color = column.color(cell.mean);
      const points = cells.colored.get(color);
      if (points) points.push(start, down.start, size, down.size);
      else cells.colored.set(color, [start, down.start, size, down.size]);
    } else if (cell) cells.declared.push(start, down.start, size, down.size);
    else if (column.absence(row.training_set) === "missing") {
      const known = cells.missing.get(place) ?? [];
      const last = known.at(-1);
      if (last && last.start + last.size >= down.start) {
        known[known.length - 1] = { start: last.start, size: down.start + down.size - last.start };
      } else known.push(down);
      cells.missing.set(place, known);
    }
  }
}

/** Slanted lines over the missing cells; they go on from one cell to the next. */
function hatched(
  missing: ReadonlyMap<number, readonly Stretch[]>,
  across: readonly Stretch[],
  color: string,
): Primitive {
  const points: number[] = [];
  for (const [place, stretches] of missing) {
    const { start, size } = across[place] ?? { start: 0, size: 0 };
    for (const down of stretches) {
      points.push(...slants(start, down.start, start + size, down.start + down.size));
    }
  }
  return lines(points, color, { width: HATCH.width });
}

/** The pieces of the lines x + y = 0, 6, 12 ... that lie in a box. */
export function slants(left: number, top: number, right: number, bottom: number): number[] {
  const points: number[] = [];
  const from = Math.ceil((left + top) / HATCH.every) * HATCH.every;
  for (let sum = from; sum <= right + bottom; sum += HATCH.every) {
    const [x1, x2] = [Math.max(left, sum - bottom), Math.min(right, sum - top)];
    if (x2 > x1) points.push(x1, sum - x1, x2, sum - x2);
  }
  return points;
}

/** Dashed frames inside of boxes. */
function framed(boxes: readonly number[], color: string): Primitive {
  const points: number[] = [];
  for (let at = 0; at < boxes.length; at += 4) {
    const [x = 0, y = 0, wide = 0, tall = 0] = boxes.slice(at, at + 4);
    const [left, top, right, bottom] = [x + 0.5, y + 0.5, x + wide - 0.5, y + tall - 0.5];
    points.push(left, top, right, top, right, top, right, bottom);
    points.push(right, bottom, left, bottom, left, bottom, left, top);
  }
  return lines(points, color, { dash: [2, 2] });
}

/** Names of the sets where rows have room for them, else where each rank begins. */
function names(picture: HeatPicture): Primitive[] {
  const { first, count, rowHeight, left, theme, height } = picture;
  const found: Primitive[] = [];
  const ticks: number[] = [];
  let before: number | null = null;
  let last = Number.NEGATIVE_INFINITY;
  for (let at = first; at < first + count; at += 1) {
    const set = picture.row(at)?.training_set;
    if (!set) continue;
    const top = topOf(picture, at);
    if (rowHeight >= LABEL_HEIGHT) {
      const size = Math.min(13, rowHeight - 1);
      const text = fitted(set.name, left - 20, size);
      found.push(label(12, top + rowHeight / 2, text, { color: theme.ink, size }));
    } else if (picture.byRank && before !== set.rank) {
      ticks.push(left - 8, Math.max(0, top), 6, 1);
      if (top - last >= LABEL_GAP && top <= height - LABEL_GAP) {
        const look = { color: theme.muted, size: 11, align: "right", baseline: "top" } as const;
        found.push(label(left - 11, Math.max(1, top - 1), `rank ${set.rank}`, look));
        last = top;
      }
    }
    before = set.rank;
  }
  return [rects(ticks, { fill: theme.muted }), ...found];
}

/** The pinned set has a bar at its edge and a frame, those of the tray a dot. */
function marks(picture: HeatPicture): Primitive[] {
  const { first, count, rowHeight, left, columnWidth, columns, theme } = picture;
  const found: Primitive[] = [];
  for (let at = first; at < first + count; at += 1) {
    const key = picture.row(at)?.training_set.key ?? null;
    const top = topOf(picture, at);
    if (key === null) continue;
    if (key === picture.pinned) {
      const [bar, tall] = [Math.max(rowHeight, 6), rowHeight + 1];
      found.push(
        rects([0, top + rowHeight / 2 - bar / 2, BAR, bar], { fill: theme.accent }),
        rects([left - 1, top - 1, columnWidth * columns.length + 1, tall], {
          stroke: theme.accent,
          width: 1.5,
        }),
      );
    } else if (picture.tray.includes(key)) {
      found.push(dots([5, top + rowHeight / 2], 3, { fill: theme.ink }));
    }
  }
  return found;
}
