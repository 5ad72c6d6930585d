/** From shapes on the map to predicates: pure functions. */
import { count, number } from "../../scales";
import type { Picture, Run } from "../density/types";
import {
  cellAt,
  countAt,
  quoted,
  rankRange,
  rectOf,
  runPredicate,
  UNSCORED,
  unmeasuredPredicate,
} from "../density/utils";
import { among } from "../keys";
import { ranksOf } from "../layouts";
import type { SceneData } from "../scene";
import type { CameraLike, Layout } from "../types";
import type { Box, Choice, Shape } from "./types";

/** A link stays readable by mail programs and servers with lists of this many sets. */
export const MOST_LISTED = 200;
export const LONGEST_PREDICATE = 6_000;

/** What a shape selects among sets that are drawn one by one. */
export function chooseSets(
  data: SceneData,
  layout: Layout,
  camera: CameraLike,
  shape: Shape,
): Choice {
  if (shape.kind === "box" && layout.scales && data.measure) {
    return rangeChoice(data, layout, camera, shape.box);
  }
  const rows = rowsWithin(data, layout, camera, shape);
  const says = `${counted(rows.length)} ${shape.kind === "box" ? "in a box" : "in a lasso"}`;
  const predicate = among(rows.map((row) => data.table.keys[row] ?? ""));
  const long = rows.length > MOST_LISTED || predicate.length > LONGEST_PREDICATE;
  return {
    predicate: rows.length === 0 || long ? null : predicate,
    says,
    sets: rows.length,
    refusal: long ? tooMany(rows.length, layout.scales !== null) : null,
    snapped: null,
  };
}

function tooMany(rows: number, ranges: boolean): string {
  const box = ranges
    ? "Draw a box instead: it selects by rank and score."
    : "In the landscape a box selects by rank and score, whatever the number.";
  return `${counted(rows)} are too many to list in a link (at most ${MOST_LISTED}, with short keys). ${box}`;
}

/** A box where places are ranks and scores: ranges of both, for whatever number of sets. */
function rangeChoice(data: SceneData, layout: Layout, camera: CameraLike, box: Box): Choice {
  const { scales } = layout;
  if (!scales || !data.measure) return NOTHING;
  const ranks = ranksOf(data.table);
  const there = [...new Set(ranks.slice(0, data.inside))].sort((a, b) => a - b);
  const rankAt = (px: number) => scales.rankAt((px - camera.x) / camera.k);
  const scoreAt = (py: number) => scales.scoreAt((py - camera.y) / camera.k);
  const chosen = meant(there, rankAt(box.left), rankAt(box.right));
  if (chosen.length === 0) return NOTHING;
  const [first, last] = [chosen[0] ?? 0, chosen.at(-1) ?? 0];
  const stripTop = scales.strip
    ? (scales.strip.middle - scales.strip.height / 2 - 3) * camera.k + camera.y
    : Number.POSITIVE_INFINITY;
  const strip = box.bottom > stripTop;
  const scored = box.top < stripTop;
  const pixel = Math.abs(scoreAt(1) - scoreAt(0));
  const low = strip
    ? Number.NEGATIVE_INFINITY
    : rounded(scoreAt(Math.min(box.bottom, stripTop)), pixel);
  const high = rounded(scoreAt(box.top), pixel);
  const isIn = (row: number): boolean => {
    const rank = ranks[row] ?? -1;
    if (rank < first || rank > last) return false;
    const score = data.measured[row] ?? null;
    return score === null ? strip : scored && score >= low && score <= high;
  };
  let sets = 0;
  for (let row = 0; row < data.inside; row += 1) if (isIn(row)) sets += 1;
  const heights = scorePredicate(data, ranks, [first, last], { scored, strip, low, high });
  const left = scales.xOf(first - 0.5) * camera.k + camera.x;
  const right = scales.xOf(last + 0.5) * camera.k + camera.x;
  const saysScore = [
    scored ? (strip ? `up to ${number(high)}` : `${number(low)} to ${number(high)}`) : "",
    strip ? "not measured" : "",
  ].filter(Boolean);
  return {
    predicate: sets === 0 ? null : `${rankRange(first, last)} and ${heights}`,
    says: `${saysRanks(first, last)}, ${saysScore.join(" or ")}`,
    sets,
    refusal: null,
    snapped: { ...box, left, right },
  };
}

/** Scores in a range; declared ones stand in the strip, with the missing ones. */
export function scorePredicate(
  data: SceneData,
  ranks: Int32Array,
  [first, last]: readonly [number, number],
  asked: { scored: boolean; strip: boolean; low: number; high: number },
): string {
  const name = quoted(data.measure?.name ?? "");
  const { scored, strip, low, high } = asked;
  let declared = 0;
  let missing = 0;
  for (let row = 0; row < data.inside; row += 1) {
    const rank = ranks[row] ?? -1;
    if (rank < first || rank > last || (data.measured[row] ?? null) !== null) continue;
    if ((data.scores[row] ?? null) === null) missing += 1;
    else declared += 1;
  }
  const lower = low === Number.NEGATIVE_INFINITY ? "" : `score(${name}) >= ${low} and `;
  const within = `${lower}score(${name}) <= ${high}`;
  const scoredOnly = declared > 0 ? `${within} and not declared(${name})` : within;
  if (!strip) return scoredOnly;
  const unmeasured = unmeasuredPredicate(name, missing, declared);
  return scored ? `((${scoredOnly}) or ${unmeasured})` : unmeasured;
}

const NOTHING: Choice = { predicate: null, says: "", sets: 0, refusal: null, snapped: null };

/** What a shape selects among cells: exactly the sets that they count. */
export function chooseCells(picture: Picture, camera: CameraLike, shape: Shape): Choice {
  const { histogram, scales } = picture;
  const bins = histogram.edges.length - 1;
  const lowest = scales.strip ? UNSCORED : 0;
  const centers = (row: number, bin: number) => {
    const [left, top, width, height] = rectOf(picture, { row, bin }, camera);
    return [left + width / 2, top + height / 2] as const;
  };
  const inShape = tester(shape);
  const runs: Run[] = [];
  histogram.ranks.forEach((_, row) => {
    let first: number | null = null;
    for (let bin = lowest; bin <= bins; bin += 1) {
      const inside = bin < bins && inShape(...centers(row, bin));
      // The strip is a run of its own: it has no place on the scale.
      if (first !== null && (!inside || first === UNSCORED)) {
        runs.push({ row, first, last: bin - 1 });
        first = null;
      }
      if (inside && first === null) first = bin;
    }
  });
  if (runs.length === 0 && shape.kind === "box") {
    const { left, top, right, bottom } = shape.box;
    const under = cellAt(picture, camera, (left + right) / 2, (top + bottom) / 2);
    if (under) runs.push({ row: under.row, first: under.bin, last: under.bin });
  }
  const sizes = runs.map((run) => {
    let size = 0;
    for (let bin = run.first; bin <= run.last; bin += 1) size += countAt(picture, { ...run, bin });
    return size;
  });
  const sets = sizes.reduce((all, size) => all + size, 0);
  const filled = runs.filter((_, index) => (sizes[index] ?? 0) > 0);
  if (sets === 0) return { ...NOTHING, says: "no set" };
  const predicate = runPredicate(histogram, shape.kind === "box" ? runs : filled);
  const rows = filled.map((run) => run.row);
  const scored = filled.filter((run) => run.first !== UNSCORED);
  const says = [
    saysRanks(histogram.ranks[Math.min(...rows)] ?? 0, histogram.ranks[Math.max(...rows)] ?? 0),
  ];
  if (scored.length > 0) {
    const [low, high] = [
      Math.min(...scored.map((run) => run.first)),
      Math.max(...scored.map((run) => run.last)),
    ];
    says.push(`${number(histogram.edges[low] ?? 0)} to ${number(histogram.edges[high + 1] ?? 0)}`);
  }
  if (scored.length < filled.length) says.push("not measured");
  const long = predicate.length > LONGEST_PREDICATE;
  return {
    predicate: long ? null : predicate,
    says: `${shape.kind === "lasso" ? "lasso over " : ""}${says.join(", ")}`,
    sets,
    refusal: long ? "This outline is too ragged to be said in a link. Draw a box instead." : null,
    snapped: shape.kind === "box" ? around(picture, camera, runs) : null,
  };
}

/** The smallest box around cells. */
function around(picture: Picture, camera: CameraLike, runs: readonly Run[]): Box {
  const rects = runs.flatMap((run) =>
    [run.first, run.last].map((bin) => rectOf(picture, { row: run.row, bin }, camera)),
  );
  return {
    left: Math.min(...rects.map(([left]) => left)),
    top: Math.min(...rects.map(([, top]) => top)),
    right: Math.max(...rects.map(([left, , width]) => left + width)),
    bottom: Math.max(...rects.map(([, top, , height]) => top + height)),
  };
}

/** Rows of the drawn sets in a shape; what is drawn only because it is marked is left out. */
export function rowsWithin(
  data: SceneData,
  layout: Layout,
  camera: CameraLike,
  shape: Shape,
): number[] {
  const inShape = tester(shape);
  const rows: number[] = [];
  for (let row = 0; row < data.inside; row += 1) {
    const x = (layout.x[row] ?? 0) * camera.k + camera.x;
    const y = (layout.y[row] ?? 0) * camera.k + camera.y;
    if (inShape(x, y)) rows.push(row);
  }
  return rows;
}

function tester(shape: Shape): (x: number, y: number) => boolean {
  if (shape.kind === "lasso") return (x, y) => isInside(shape.points, x, y);
  const { left, top, right, bottom } = shape.box;
  return (x, y) => x >= left && x <= right && y >= top && y <= bottom;
}

/** Whether a point is inside a closed outline (x, y of each corner), by crossings of a ray. */
export function isInside(outline: readonly number[], x: number, y: number): boolean {
  let inside = false;
  const corners = outline.length / 2;
  for (let here = 0, before = corners - 1; here < corners; before = here, here += 1) {
    const [ax = 0, ay = 0] = [outline[2 * here], outline[2 * here + 1]];
    const [bx = 0, by = 0] = [outline[2 * before], outline[2 * before + 1]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

/** The values whose middle is between two ends; where none is, the one around their middle. */
function meant(values: readonly number[], start: number, end: number): number[] {
  const found = values.filter((value) => value >= start && value <= end);
  if (found.length > 0) return found;
  const near = Math.round((start + end) / 2);
  return values.includes(near) ? [near] : [];
}

/** A number as short as half a pixel allows. */
export function rounded(value: number, pixel: number): number {
  if (!(pixel > 0) || !Number.isFinite(pixel)) return value;
  const digits = Math.max(0, Math.ceil(-Math.log10(pixel / 2)));
  return digits > 15 ? value : Number(value.toFixed(digits));
}

export function saysRanks(first: number, last: number): string {
  return first === last ? `rank ${first}` : `rank ${first} to ${last}`;
}

function counted(sets: number): string {
  return `${count(sets)} ${sets === 1 ? "set" : "sets"}`;
}
