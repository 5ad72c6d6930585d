/** What an outline on a sample stands for: the drawn sets are only some of those it means. */
import { count, number } from "../../scales";
import { rankRange } from "../density/utils";
import { among } from "../keys";
import { ranksOf } from "../layouts";
import type { SceneData } from "../scene";
import type { CameraLike, Layout } from "../types";
import type { Choice, Shape } from "./types";
import {
  chooseSets,
  LONGEST_PREDICATE,
  MOST_LISTED,
  rowsWithin,
  saysRanks,
  scorePredicate,
} from "./utils";

/** What a shape selects where only a sample is drawn. */
export function chooseSampled(
  data: SceneData,
  layout: Layout,
  camera: CameraLike,
  shape: Shape,
): Choice {
  const choice = chooseSets(data, layout, camera, shape);
  const rows = shape.kind === "lasso" ? rowsWithin(data, layout, camera, shape) : [];
  return rows.length > 0 && data.measure ? coverOf(data, rows) : { ...choice, sampled: true };
}

/**
 * The sets of each rank whose scores are between the lowest and the highest that are outlined
 * there, drawn or not; beside it the list of the drawn ones, where it is short.
 */
function coverOf(data: SceneData, rows: readonly number[]): Choice {
  const ranks = ranksOf(data.table);
  const spans = new Map<number, { low: number; high: number; strip: boolean }>();
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const row of rows) {
    const rank = ranks[row] ?? 0;
    const score = data.measured[row] ?? null;
    const span = spans.get(rank) ?? { ...NOTHING };
    spans.set(rank, span);
    if (score === null) span.strip = true;
    else {
      [span.low, span.high] = [Math.min(span.low, score), Math.max(span.high, score)];
      [low, high] = [Math.min(low, score), Math.max(high, score)];
    }
  }
  const found = [...spans].sort(([a], [b]) => a - b);
  const parts = found.map(([rank, span]) => {
    const asked = { ...span, scored: span.low <= span.high };
    return `${rankRange(rank, rank)} and ${scorePredicate(data, ranks, [rank, rank], asked)}`;
  });
  const predicate =
    parts.length === 1 ? (parts[0] ?? "") : parts.map((each) => `(${each})`).join(" or ");
  const isLong = predicate.length > LONGEST_PREDICATE;
  const says = [
    saysRanks(found[0]?.[0] ?? 0, found.at(-1)?.[0] ?? 0),
    ...(low <= high ? [`${number(low)} to ${number(high)}`] : []),
    ...(found.some(([, span]) => span.strip) ? ["without a score"] : []),
  ];
  const drawn = among(rows.map((row) => data.table.keys[row] ?? ""));
  const fits = rows.length <= MOST_LISTED && drawn.length <= LONGEST_PREDICATE;
  return {
    predicate: rows.length === 0 || isLong ? null : predicate,
    says: `lasso over ${says.join(", ")}`,
    sets: rows.length,
    sampled: true,
    listed: fits ? { predicate: drawn, says: saysDrawn(rows.length) } : null,
    refusal: isLong ? "This outline is too ragged to be said in a link. Draw a box instead." : null,
    snapped: null,
  };
}

/** `312 drawn sets of a sample`. */
export function saysDrawn(sets: number): string {
  return `${count(sets)} drawn ${sets === 1 ? "set" : "sets"} of a sample`;
}

const NOTHING = { low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY, strip: false };
