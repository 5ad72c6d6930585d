/** Draws the heat map's cells: pure drawing, everything it needs is given. */
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
  readonly width: number;
  readonly height: number;
  readonly pinned: string | null;
  readonly tray: readonly string[];
  readonly byRank: boolean;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly accent: string;
  readonly font: string;
}

const LABEL_HEIGHT = 11;
const GAP_FROM = 4;
const LABEL_GAP = 14;

export function paintHeat(context: CanvasRenderingContext2D, picture: HeatPicture): void {
  const { columns, first, count, shift, rowHeight, left, columnWidth, width, height } = picture;
  context.clearRect(0, 0, width, height);
  const hatch = hatching(context, picture.line);
  const gap = rowHeight >= GAP_FROM ? 1 : 0;
  const side = columnWidth >= 6 ? 1 : 0;
  const tall = Math.max(1, rowHeight - gap);
  const lefts = columns.map((_, at) => Math.round(left + at * columnWidth));
  const wides = columns.map((_, at) =>
    Math.max(1, Math.round(left + (at + 1) * columnWidth) - (lefts[at] ?? 0) - side),
  );
  let before: number | null = null;
  let labelled = Number.NEGATIVE_INFINITY;
  for (let at = first; at < first + count; at += 1) {
    const top = (at - first) * rowHeight - shift;
    const row = picture.row(at);
    if (row === null) {
      context.fillStyle = picture.line;
      context.globalAlpha = 0.25;
      context.fillRect(left, top, columnWidth * columns.length, tall);
      context.globalAlpha = 1;
      continue;
    }
    const set = row.training_set;
    for (const [place, column] of columns.entries()) {
      const cell = row.cells[column.place] ?? null;
      const x = lefts[place] ?? 0;
      const wide = wides[place] ?? 1;
      if (cell && cell.origin !== "declared") {
        context.fillStyle = column.color(cell.mean);
        context.fillRect(x, top, wide, tall);
      } else if (cell) {
        context.strokeStyle = picture.muted;
        context.setLineDash([2, 2]);
        context.strokeRect(x + 0.5, top + 0.5, wide - 1, Math.max(0, tall - 1));
        context.setLineDash([]);
      } else if (column.absence(set) === "missing") {
        context.fillStyle = hatch;
        context.fillRect(x, top, wide, tall);
      }
    }
    if (rowHeight >= LABEL_HEIGHT) label(context, picture, set.name, top);
    else if (picture.byRank && before !== set.rank) {
      const fits = top - labelled >= LABEL_GAP;
      rankTick(context, picture, fits ? `rank ${set.rank}` : "", top);
      if (fits) labelled = top;
    }
    before = set.rank;
    mark(context, picture, set.key, top);
  }
}

function label(
  context: CanvasRenderingContext2D,
  picture: HeatPicture,
  name: string,
  top: number,
): void {
  context.font = `${Math.min(13, picture.rowHeight - 1)}px ${picture.font}`;
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.fillStyle = picture.ink;
  const room = picture.left - 20;
  context.fillText(shortened(context, name, room), 12, top + picture.rowHeight / 2);
}

/** A name cut to the room that there is, with an ellipsis. */
function shortened(context: CanvasRenderingContext2D, name: string, room: number): string {
  if (context.measureText(name).width <= room) return name;
  let [low, high] = [0, name.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (context.measureText(`${name.slice(0, middle)}…`).width <= room) low = middle;
    else high = middle - 1;
  }
  return `${name.slice(0, low)}…`;
}

function rankTick(
  context: CanvasRenderingContext2D,
  picture: HeatPicture,
  text: string,
  top: number,
): void {
  context.fillStyle = picture.muted;
  context.fillRect(picture.left - 8, Math.max(0, top), 6, 1);
  context.font = `11px ${picture.font}`;
  context.textAlign = "right";
  context.textBaseline = "top";
  if (top <= picture.height - 12) {
    context.fillText(text, picture.left - 11, Math.max(1, top - 1));
  }
}

/** The pinned set and those of the tray: at the edge, and never by color alone. */
function mark(
  context: CanvasRenderingContext2D,
  picture: HeatPicture,
  key: string,
  top: number,
): void {
  const pinned = key === picture.pinned;
  if (!pinned && !picture.tray.includes(key)) return;
  const middle = top + picture.rowHeight / 2;
  context.fillStyle = pinned ? picture.accent : picture.ink;
  context.beginPath();
  if (pinned) {
    context.moveTo(1, middle - 5);
    context.lineTo(9, middle);
    context.lineTo(1, middle + 5);
  } else context.arc(5, middle, 3, 0, 2 * Math.PI);
  context.fill();
  if (!pinned) return;
  context.strokeStyle = picture.accent;
  context.lineWidth = 1.5;
  context.strokeRect(
    picture.left - 1,
    top - 1,
    picture.columnWidth * picture.columns.length + 1,
    picture.rowHeight + 1,
  );
  context.lineWidth = 1;
}

function hatching(context: CanvasRenderingContext2D, color: string): CanvasPattern | string {
  const tile = document.createElement("canvas");
  tile.width = 6;
  tile.height = 6;
  const brush = tile.getContext("2d");
  if (!brush) return color;
  brush.strokeStyle = color;
  brush.lineWidth = 1.5;
  for (const from of [-6, 0, 6]) {
    brush.moveTo(from, 6);
    brush.lineTo(from + 6, 0);
  }
  brush.stroke();
  return context.createPattern(tile, "repeat") ?? color;
}
