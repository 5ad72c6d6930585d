/** Where sets stand: pure functions from sets and scores to pixels at the fitted camera. */
import { extentOf, number } from "../scales";
import { type Linear, linear, rounded, ticksWithin } from "../scales/linear";
import { hasObject, type SetTable } from "../subsets";
import type { CameraLike, Layout, PlotScales, Size, Tick } from "./types";

const MARGIN = { left: 64, right: 32, top: 36, bottom: 56 };
const STRIP = 34;
const WIDEST_STEP = 110;
const CROWDED = 6;
const MOST_RANKS = 12;
const LEAST_RANK_STEP = 30;
const WIDEST_JITTER = 0.38;
const GOLDEN = 0.618033988749895;

/** Number of objects in each set. */
export function ranksOf(table: SetTable): Int32Array {
  return Int32Array.from(table.keys, (_, row) => {
    let rank = 0;
    for (let position = 0; position < table.n; position += 1) {
      if (hasObject(table, row, position)) rank += 1;
    }
    return rank;
  });
}

/** Rank to the right, score upwards, and where there are sets without one, a strip below. */
export function plot(
  shown: {
    ranks: readonly [lowest: number, highest: number];
    scores: readonly [lowest: number, highest: number];
    unscored: boolean;
    title: string;
    /** How far a rank reaches to either side. */
    half: number;
    /** Whether the score axis ends at round numbers. */
    rounded: boolean;
  },
  size: Size,
  margin?: number,
): Pick<Layout, "axes"> & { scales: PlotScales } {
  const around =
    margin === undefined ? MARGIN : { left: margin, right: margin, top: margin, bottom: margin };
  const bottom = size.height - around.bottom;
  const floor = bottom - (shown.unscored ? STRIP : 0);
  const [first, last] = shown.ranks;
  const xScale = linear(
    [first - shown.half, Math.max(last, first + 1) + shown.half],
    [around.left, size.width - around.right],
  );
  const yScale = linear(shown.rounded ? rounded(shown.scores, 6) : shown.scores, [
    floor - 8,
    around.top,
  ]);
  const strip = shown.unscored ? { middle: bottom - STRIP / 2 + 6, height: STRIP - 20 } : null;
  return {
    scales: {
      xOf: (rank) => xScale(rank),
      yOf: (score) => yScale(score),
      rankAt: (x) => xScale.invert(x),
      scoreAt: (y) => yScale.invert(y),
      strip,
    },
    axes: (camera) => ({
      bottom: ticks(xScale, camera.x, camera.k, mostRanks(xScale), size.width, true),
      left: ticks(yScale, camera.y, camera.k, 7, size.height, false),
      bottomTitle: "rank: objects in the training set",
      leftTitle: shown.title,
      unscored: strip === null ? null : strip.middle * camera.k + camera.y,
    }),
  };
}

/**
 * Landscape: rank to the right, score upwards; slopes are deltas. Crowded ranks are spread
 * sideways, always in the same way. Sets without a score stand in a strip of their own below.
 * `margin` replaces the room for axes.
 */
export function landscape(
  table: SetTable,
  scores: readonly (number | null)[],
  scoreTitle: string,
  size: Size,
  margin?: number,
): Layout {
  const ranks = ranksOf(table);
  const [low, high] = extentOf(scores) ?? [0, 1];
  const pad = low === high ? Math.max(0.5 * Math.abs(low), 0.5) : 0;
  const { scales, axes } = plot(
    {
      ranks: [lowest(ranks), highest(ranks)],
      scores: [low - pad, high + pad],
      unscored: scores.includes(null),
      title: scoreTitle,
      half: 0.4,
      rounded: true,
    },
    size,
    margin,
  );
  const jitter = jittered(ranks, scores);
  const strip = scales.strip?.middle ?? 0;
  return {
    x: Float64Array.from(ranks, (rank, row) => scales.xOf(rank + (jitter[row] ?? 0))),
    y: Float64Array.from(scores, (score) => (score === null ? strip : scales.yOf(score))),
    axes,
    scales,
  };
}

/**
 * Rank rows: a row per rank, larger sets higher; within a row by score, lowest first, sets
 * without a score last. Places within a row are an order, not a scale.
 */
export function rankRows(table: SetTable, scores: readonly (number | null)[], size: Size): Layout {
  const ranks = ranksOf(table);
  const [first, last] = [lowest(ranks), highest(ranks)];
  const rows = new Map<number, number[]>();
  ranks.forEach((rank, row) => {
    rows.set(rank, [...(rows.get(rank) ?? []), row]);
  });
  const yScale = linear([first - 0.5, last + 0.5], [size.height - MARGIN.bottom, MARGIN.top]);
  const [left, right] = [MARGIN.left, size.width - MARGIN.right];
  const x = new Float64Array(ranks.length);
  const y = Float64Array.from(ranks, (rank) => yScale(rank));
  for (const members of rows.values()) {
    const sorted = members.sort(
      (a, b) =>
        (scores[a] ?? Number.POSITIVE_INFINITY) - (scores[b] ?? Number.POSITIVE_INFINITY) || a - b,
    );
    const step = Math.min(WIDEST_STEP, (right - left) / sorted.length);
    sorted.forEach((row, place) => {
      x[row] = (left + right) / 2 + (place - (sorted.length - 1) / 2) * step;
    });
  }
  const levels = [...rows.keys()].sort((a, b) => a - b);
  return {
    x,
    y,
    scales: null,
    axes: (camera) => ({
      bottom: [],
      left: levels
        .map((rank) => ({ at: yScale(rank) * camera.k + camera.y, text: `${rank}` }))
        .filter(({ at }) => at > MARGIN.top - 8 && at < size.height - MARGIN.bottom + 8),
      bottomTitle: "within a rank: lowest to highest score",
      leftTitle: "rank: objects in the training set",
      unscored: null,
    }),
  };
}

/**
 * Lattice: every object has a direction of its own, so that parallel edges are the same move and
 * larger sets stand higher. Lengths differ slightly, so that no two sets coincide.
 */
export function lattice(table: SetTable, size: Size): Layout {
  const directions = Array.from({ length: table.n }, (_, i) => {
    const share = table.n === 1 ? 0.5 : i / (table.n - 1);
    const angle = Math.PI * (0.86 - 0.72 * share);
    const length = 1 + 0.17 * ((i * GOLDEN) % 1);
    return [Math.cos(angle) * length * 1.25, Math.sin(angle) * length] as const;
  });
  const count = table.keys.length;
  const x = new Float64Array(count);
  const y = new Float64Array(count);
  for (let row = 0; row < count; row += 1) {
    directions.forEach(([dx, dy], position) => {
      if (!hasObject(table, row, position)) return;
      x[row] = (x[row] ?? 0) + dx;
      y[row] = (y[row] ?? 0) - dy;
    });
  }
  stretch(x, 56, size.width - 56);
  stretch(y, 44, size.height - 44);
  return { x, y, axes: null, scales: null };
}

/** The row nearest to a pixel within `reach` pixels, or -1. */
export function nearest(
  layout: Layout,
  camera: CameraLike,
  px: number,
  py: number,
  reach: number,
): number {
  const wx = (px - camera.x) / camera.k;
  const wy = (py - camera.y) / camera.k;
  let best = -1;
  let least = (reach / camera.k) ** 2;
  for (let row = 0; row < layout.x.length; row += 1) {
    const away = ((layout.x[row] ?? 0) - wx) ** 2 + ((layout.y[row] ?? 0) - wy) ** 2;
    if (away <= least) {
      least = away;
      best = row;
    }
  }
  return best;
}

/**
 * Sideways shifts in ranks: none where a rank has few sets, a fixed even spread elsewhere. Sets
 * without a score share one height, so that they are always spread.
 */
function jittered(ranks: Int32Array, scores: readonly (number | null)[]): Float64Array {
  const groups = Array.from(ranks, (rank, row) => `${rank} ${scores[row] === null}`);
  const sizes = new Map<string, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const seen = new Map<string, number>();
  return Float64Array.from(groups, (group, row) => {
    const order = seen.get(group) ?? 0;
    seen.set(group, order + 1);
    const size = sizes.get(group) ?? 0;
    if (size === 1 || (size <= CROWDED && scores[row] !== null)) return 0;
    const spread = WIDEST_JITTER * Math.min(1, size / 60 + 0.3);
    return (((order + 0.5) * GOLDEN) % 1) * 2 * spread - spread;
  });
}

/** As many ranks as can be told apart. */
function mostRanks(scale: Linear): number {
  const room = Math.abs(scale.ends[1] - scale.ends[0]) / LEAST_RANK_STEP;
  return Math.max(2, Math.min(MOST_RANKS, Math.floor(room)));
}

function ticks(
  scale: Linear,
  shift: number,
  zoom: number,
  most: number,
  length: number,
  whole: boolean,
): Tick[] {
  const near = Math.min(...scale.ends);
  const far = Math.max(...scale.ends);
  const visible = [(near - shift) / zoom, (far - shift) / zoom] as const;
  return ticksWithin([scale.invert(visible[0]), scale.invert(visible[1])], most)
    .filter((value) => !whole || Number.isInteger(value))
    .map((value) => ({ at: scale(value) * zoom + shift, text: number(value) }))
    .filter(({ at }) => at >= near - 1 && at <= far + 1 && at < length);
}

function stretch(values: Float64Array, start: number, end: number): void {
  const [low, high] = extentOf([...values]) ?? [0, 0];
  for (let row = 0; row < values.length; row += 1) {
    const share = high - low < 1e-9 ? 0.5 : ((values[row] ?? 0) - low) / (high - low);
    values[row] = start + share * (end - start);
  }
}

function lowest(ranks: Int32Array): number {
  return ranks.length ? ranks.reduce((a, b) => Math.min(a, b)) : 0;
}

function highest(ranks: Int32Array): number {
  return ranks.length ? ranks.reduce((a, b) => Math.max(a, b)) : 1;
}
