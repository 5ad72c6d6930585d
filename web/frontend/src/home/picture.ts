/** Asks for the landscape of a lattice and paints it small. */
import { apiUrl, ask } from "../api";
import type { Histogram, LatticeDetail, LatticeSummary, Subgraph } from "../api/types";
import { landscape } from "../map/layouts";
import { paint } from "../map/paint";
import { lines } from "../map/primitives";
import { thumbnailScene } from "../map/scene";
import type { Primitive, Size } from "../map/types";
import { extentOf, higherIsBetter, measuredOf, scoreColors } from "../scales";
import { usualMeasure } from "../state/answers";
import type { Theme } from "../state/theme";
import { movesWithin, setTable } from "../subsets";
import type { Nothing, Picture } from "./types";

const MOST_SETS = 2_000;
const MOST_MOVES = 200;
const BINS = 64;
const MARGIN = 14;
const FAINTEST = 0.4;

/** The landscape of the usual measure, or why there is none. */
export async function pictureOf(
  summary: LatticeSummary,
  abort: AbortSignal,
): Promise<Picture | Nothing> {
  const { name, objects, training_sets: sets } = summary;
  if (sets === 0) return "no training set yet";
  const detail = await ask<LatticeDetail>(apiUrl(["lattices", name]), abort);
  const measure = usualMeasure(detail);
  if (summary.cells === 0 || measure === null) return "no score yet";
  const asked = { measure: measure.name };
  const [kind, parameters] =
    sets > MOST_SETS
      ? (["histogram", { ...asked, bins: BINS }] as const)
      : (["subgraph", { ...asked, max: MOST_SETS }] as const);
  const url = apiUrl(["lattices", name, kind], parameters);
  return { measure, objects, drawn: await ask<Subgraph | Histogram>(url, abort) };
}

export function paintPicture(
  context: CanvasRenderingContext2D,
  { measure, objects, drawn }: Picture,
  size: Size,
  theme: Theme,
): void {
  const higher = measure === null || higherIsBetter(measure);
  if ("keys" in drawn) paint(context, setsScene(drawn, objects, higher, size, theme));
  else paintCounts(context, drawn, higher, size);
}

/** Few sets with the moves between them, as on the map. */
function setsScene(
  columns: Subgraph,
  objects: number,
  higher: boolean,
  size: Size,
  theme: Theme,
): Primitive[] {
  const table = setTable(columns.keys, objects);
  const scores = measuredOf(columns);
  const layout = landscape(table, scores, "", size, MARGIN);
  const ends: number[] = [];
  const moves = movesWithin(table, MOST_MOVES) ?? [];
  for (let index = 0; index < moves.length; index += 2) {
    const pair = [moves[index] ?? 0, moves[index + 1] ?? 0];
    // Where height is the score, a line to a set without one would look like a fall.
    if (pair.some((row) => scores[row] === null)) continue;
    ends.push(...pair.flatMap((row) => [layout.x[row] ?? 0, layout.y[row] ?? 0]));
  }
  const colorOf = scoreColors(extentOf(scores) ?? [0, 1], higher);
  return [
    lines(ends, theme.muted, { width: 1, opacity: 0.4 }),
    ...thumbnailScene(layout, scores, colorOf, theme),
  ];
}

/** A cell per rank and bin: its color is the score, its strength how many sets have it. */
function paintCounts(
  context: CanvasRenderingContext2D,
  { counts, edges, ranks }: Histogram,
  higher: boolean,
  size: Size,
): void {
  const bins = edges.length - 1;
  const colorOf = scoreColors([edges[0] ?? 0, edges[bins] ?? 1], higher);
  const most = Math.log(1 + Math.max(...counts.flat()));
  const span = Math.max(1, (ranks.at(-1) ?? 0) - (ranks[0] ?? 0) + 1);
  const width = (size.width - 2 * MARGIN) / span;
  const height = (size.height - 2 * MARGIN) / bins;
  counts.forEach((row, index) => {
    const left = MARGIN + ((ranks[index] ?? 0) - (ranks[0] ?? 0)) * width;
    row.forEach((count, bin) => {
      if (count === 0) return;
      context.globalAlpha = FAINTEST + (1 - FAINTEST) * (Math.log(1 + count) / most);
      context.fillStyle = colorOf(((edges[bin] ?? 0) + (edges[bin + 1] ?? 0)) / 2);
      // Whole pixels: no seams between cells.
      const [top, bottom] = [bin + 1, bin].map((edge) =>
        Math.round(size.height - MARGIN - edge * height),
      ) as [number, number];
      context.fillRect(left, top, Math.max(1, width - 1), Math.max(1, bottom - top));
    });
  });
  context.globalAlpha = 1;
}
