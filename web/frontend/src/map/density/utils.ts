/** The geometry of a density, and the predicates of its cells. */
import type { Histogram, Levels } from "../../api/types";
import { count, number } from "../../scales";
import { plot } from "../layouts";
import type { CameraLike, Size } from "../types";
import type { CellPlace, Picture, Run } from "./types";

/** The bin of the strip of sets without a score, or with one that is only declared. */
export const UNSCORED = -1;

/** Places the cells of a histogram; `scores` are those of sets that are drawn over it. */
export function pictureOf(
  histogram: Histogram,
  levels: Levels | null,
  scores: readonly (number | null)[],
  ranks: readonly number[],
  title: string,
  size: Size,
): Picture {
  const unmeasured = histogram.ranks.map((_, row) => unmeasuredAt(histogram, row));
  const known = scores.filter((score) => score !== null);
  const allRanks = [...histogram.ranks, ...ranks];
  const heights = [...histogram.edges, ...known];
  const [low, high] = heights.length > 0 ? [Math.min(...heights), Math.max(...heights)] : [0, 1];
  const pad = low === high ? Math.max(0.5 * Math.abs(low), 0.5) : 0;
  const { scales, axes } = plot(
    {
      ranks: allRanks.length > 0 ? [Math.min(...allRanks), Math.max(...allRanks)] : [0, 1],
      scores: [low - pad, high + pad],
      unscored: unmeasured.some((sets) => sets > 0) || known.length < scores.length,
      title,
      half: 0.5,
      rounded: false,
    },
    size,
  );
  const most = histogram.counts.reduce(
    (a, row) => row.reduce((b, each) => Math.max(b, each), a),
    0,
  );
  const fullest = unmeasured.reduce((a, b) => Math.max(a, b), most);
  return { histogram, levels, size, scales, axes: axes ?? nothing, most: fullest };
}

const nothing: Picture["axes"] = () => ({
  bottom: [],
  left: [],
  bottomTitle: "",
  leftTitle: "",
  unscored: null,
});

/** How many sets of a rank stand in the strip. */
export function unmeasuredAt({ missing, declared }: Histogram, row: number): number {
  return (missing[row] ?? 0) + (declared[row] ?? 0);
}

/** How many sets a cell counts. */
export function countAt({ histogram }: Picture, { row, bin }: CellPlace): number {
  if (bin === UNSCORED) return unmeasuredAt(histogram, row);
  return histogram.counts[row]?.[bin] ?? 0;
}

/** Left, top, width and height of a cell at a camera; a pixel stays free between ranks. */
export function rectOf(
  picture: Picture,
  { row, bin }: CellPlace,
  camera: CameraLike,
): [number, number, number, number] {
  const { scales, histogram } = picture;
  const rank = histogram.ranks[row] ?? 0;
  const left = scales.xOf(rank - 0.5) * camera.k + camera.x;
  const right = scales.xOf(rank + 0.5) * camera.k + camera.x;
  const gap = right - left > 6 ? 0.5 : 0;
  const [high, low] =
    bin === UNSCORED
      ? [
          (scales.strip?.middle ?? 0) - (scales.strip?.height ?? 0) / 2,
          (scales.strip?.middle ?? 0) + (scales.strip?.height ?? 0) / 2,
        ]
      : [scales.yOf(histogram.edges[bin + 1] ?? 0), scales.yOf(histogram.edges[bin] ?? 0)];
  const top = high * camera.k + camera.y;
  return [left + gap, top, right - left - 2 * gap, low * camera.k + camera.y - top];
}

/** The cell at a pixel, whether it counts any sets or none; null outside of the picture. */
export function cellAt(
  picture: Picture,
  camera: CameraLike,
  px: number,
  py: number,
): CellPlace | null {
  const { scales, histogram } = picture;
  const rank = Math.round(scales.rankAt((px - camera.x) / camera.k));
  const row = histogram.ranks.indexOf(rank);
  if (row < 0) return null;
  const y = (py - camera.y) / camera.k;
  const strip = scales.strip;
  if (strip && Math.abs(y - strip.middle) <= strip.height / 2 + 3) return { row, bin: UNSCORED };
  const bin = binOf(histogram.edges, scales.scoreAt(y));
  return bin === null ? null : { row, bin };
}

/** The bin of a score: the last one holds its upper edge too; null outside of all. */
export function binOf(edges: readonly number[], score: number): number | null {
  const last = edges.length - 2;
  if (last < 0 || score < (edges[0] ?? 0) || score > (edges[last + 1] ?? 0)) return null;
  let [low, high] = [0, last];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (score >= (edges[middle] ?? 0)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The next cell from a cell; over ranks and bins that are there, and into the strip. */
export function stepped(picture: Picture, from: CellPlace | null, key: string): CellPlace | null {
  const { histogram, scales } = picture;
  const bins = histogram.edges.length - 1;
  const rows = histogram.ranks.length;
  if (rows === 0) return null;
  if (!from) return fullest(picture);
  const lowest = scales.strip ? UNSCORED : 0;
  const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value));
  const [dx, dy] =
    { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[key] ?? [];
  if (dx === undefined || dy === undefined) return from;
  return {
    row: clamp(from.row + dx, 0, rows - 1),
    bin: clamp(from.bin + dy, Math.min(lowest, bins - 1), bins - 1),
  };
}

/** The cell that counts the most sets: where the keyboard starts. */
export function fullest(picture: Picture): CellPlace | null {
  let best: CellPlace | null = null;
  let most = 0;
  picture.histogram.counts.forEach((counts, row) => {
    counts.forEach((each, bin) => {
      if (each > most) [best, most] = [{ row, bin }, each];
    });
  });
  return best ?? (picture.histogram.ranks.length > 0 ? { row: 0, bin: UNSCORED } : null);
}

// ---------------------------------------------------------------- predicates

/** A name as it stands in a predicate. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Exactly the sets that a cell counts. */
export function cellPredicate({ histogram }: Picture, { row, bin }: CellPlace): string {
  return runPredicate(histogram, [{ row, first: bin, last: bin }]);
}

/** Exactly the sets that some runs of cells count; runs of one height share a range of ranks. */
export function runPredicate(histogram: Histogram, runs: readonly Run[]): string {
  const name = quoted(histogram.measure);
  const strip = runs.filter(({ first }) => first === UNSCORED);
  const sum = (of: readonly number[], among: readonly Run[]) =>
    among.reduce((all, { row }) => all + (of[row] ?? 0), 0);
  const { missing, declared } = histogram;
  const unmeasured = unmeasuredPredicate(name, sum(missing, strip), sum(declared, strip));
  const measured = sum(declared, runs) > 0 ? ` and not declared(${name})` : "";
  const heights = new Map<string, number[]>();
  for (const { row, first, last } of runs) {
    const text =
      first === UNSCORED
        ? unmeasured
        : `${between(`score(${name})`, histogram, first, last)}${measured}`;
    heights.set(text, [...(heights.get(text) ?? []), row]);
  }
  const parts = [...heights].flatMap(([text, rows]) =>
    rankRanges(histogram.ranks, rows).map((ranks) => `${ranks} and ${text}`),
  );
  return parts.length === 1 ? (parts[0] ?? "") : parts.map((each) => `(${each})`).join(" or ");
}

/** Sets of the strip, of which so many have no score and so many a declared one. */
export function unmeasuredPredicate(name: string, missing: number, declared: number): string {
  if (declared === 0) return `not evaluated(${name})`;
  return missing === 0 ? `declared(${name})` : `(not evaluated(${name}) or declared(${name}))`;
}

function between(score: string, { edges }: Histogram, first: number, last: number): string {
  const end = last === edges.length - 2 ? "<=" : "<";
  return `${score} >= ${edges[first]} and ${score} ${end} ${edges[last + 1]}`;
}

/** Rows of a histogram as ranges of their ranks: neighbors in the list have no rank between. */
function rankRanges(ranks: readonly number[], rows: readonly number[]): string[] {
  const sorted = [...rows].sort((a, b) => a - b);
  const ranges: [number, number][] = [];
  for (const row of sorted) {
    const last = ranges.at(-1);
    if (last && last[1] === row - 1) last[1] = row;
    else ranges.push([row, row]);
  }
  return ranges.map(([first, last]) => rankRange(ranks[first] ?? 0, ranks[last] ?? 0));
}

export function rankRange(first: number, last: number): string {
  return first === last ? `rank == ${first}` : `rank >= ${first} and rank <= ${last}`;
}

// ---------------------------------------------------------------- words

/** `rank 7, 0.61 to 0.62: 1,204 sets (of 77,520)`; declared scores are said to be no measured ones. */
export function cellSays(picture: Picture, place: CellPlace): string {
  const { histogram } = picture;
  const { row, bin } = place;
  const all = (histogram.counts[row] ?? []).reduce((a, b) => a + b, unmeasuredAt(histogram, row));
  const found = countAt(picture, place);
  const where =
    bin === UNSCORED
      ? stripSays(histogram.missing[row] ?? 0, histogram.declared[row] ?? 0)
      : `${number(histogram.edges[bin] ?? 0)} to ${number(histogram.edges[bin + 1] ?? 0)}`;
  const sets = `${count(found)} ${found === 1 ? "set" : "sets"}`;
  return `rank ${histogram.ranks[row]}, ${where}: ${sets} (of ${count(all)})`;
}

function stripSays(missing: number, declared: number): string {
  if (declared === 0) return "no score";
  return missing === 0 ? "declared, not measured" : `no score, or declared (${count(declared)})`;
}

/** `1 declared, not measured`; null where all scores were measured. */
export function declaredSays({ declared }: Histogram): string | null {
  const all = declared.reduce((a, b) => a + b, 0);
  return all === 0 ? null : `${count(all)} declared, not measured`;
}
