/** Where the dots of a strip stand, and what is said of replicates: pure functions. */
import { scaleLinear } from "d3-scale";
import type { Cell, Replicate } from "../api/types";
import { number, signed } from "../scales";
import type { Dot, Strip } from "./types";

const MARGIN = 22;
const LANE = 20;
const BELOW = 20;
const MOST_LEVELS = 7;
const ROOM_PER_TICK = 84;

/**
 * Levels of dots at these places, so that none of one level overlap: each takes the lowest that is
 * free. No other stacking needs fewer levels.
 */
export function levels(places: readonly number[], diameter: number): number[] {
  const found = places.map(() => 0);
  const ends: number[] = [];
  const order = places.map((_, index) => index).sort((a, b) => at(places, a) - at(places, b));
  for (const index of order) {
    const place = at(places, index);
    const free = ends.findIndex((end) => place - end >= diameter);
    const level = free < 0 ? ends.length : free;
    ends[level] = place;
    found[index] = level;
  }
  return found;
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? 0;
}

/** The strip of a cell's replicates in a width, by dots of a radius. */
export function stripOf(
  cell: Cell,
  replicates: readonly Replicate[],
  width: number,
  radius: number,
): Strip {
  const scores = replicates.map((each) => each.score);
  const error = cell.standard_error;
  const spread = error === null ? 0 : error;
  const low = Math.min(...scores, cell.mean - spread);
  const high = Math.max(...scores, cell.mean + spread);
  const room = high > low ? 0.04 * (high - low) : 0.05 * Math.abs(low) || 0.5;
  const scale = scaleLinear(
    [low - room, high + room],
    [MARGIN, Math.max(MARGIN + 1, width - MARGIN)],
  );
  const places = scores.map((score) => scale(score));
  const diameter = 2 * radius + 1;
  const stacked = levels(places, diameter);
  const highest = Math.max(0, ...stacked);
  // Many alike are pushed together: the strip stays a strip.
  const step = highest < MOST_LEVELS ? diameter : (diameter * (MOST_LEVELS - 1)) / highest;
  const axis = LANE + diameter + step * highest + 2;
  const dots = replicates.map(
    (replicate, index): Dot => ({
      replicate,
      x: at(places, index),
      y: axis - radius - 2 - step * at(stacked, index),
    }),
  );
  const many = Math.max(2, Math.min(6, Math.floor(width / ROOM_PER_TICK)));
  const text = scale.tickFormat(many);
  return {
    height: axis + BELOW,
    axis,
    dots,
    ticks: scale.ticks(many).map((value) => ({ x: scale(value), text: text(value) })),
    mean: { x: scale(cell.mean), y: LANE / 2 },
    error: error === null ? null : [scale(cell.mean - error), scale(cell.mean + error)],
  };
}

/** The dot nearest to a place, within reach of a finger; null where there is none. */
export function nearestDot(strip: Strip, x: number, y: number, reach = 24): Dot | null {
  let best: Dot | null = null;
  let least = reach;
  for (const dot of strip.dots) {
    const away = Math.hypot(dot.x - x, dot.y - y);
    if (away < least) [best, least] = [dot, away];
  }
  return best;
}

// ---------------------------------------------------------------- words

const KINDS: Readonly<Record<Replicate["kind"], string>> = {
  shared: "Shared: other sets have the same ones, and changes are paired by them.",
  independent: "Independent: each was drawn for this set alone.",
  nested: "Nested: each is the mean of its inner ones.",
  unlabelled: "Unlabelled: which of another set they belong to is not known.",
};

/** What the replicates share with those of other sets, each kind once. */
export function kindsSay(replicates: readonly Replicate[]): string[] {
  return [...new Set(replicates.map(({ kind }) => kind))].map((kind) => KINDS[kind]);
}

/** What a replicate is called. */
export function named({ label }: Replicate): string {
  return label === null ? "replicate without a name" : `replicate ${label}`;
}

/** A score in its unit. */
export function inUnit(score: number, unit: string | null): string {
  return unit === null ? number(score) : `${number(score)} ${unit}`;
}

/** `replicate 7: 0.4376, −0.0314 from the mean`; where there is little room, `7: ...`. */
export function dotSays(
  replicate: Replicate,
  mean: number,
  unit: string | null,
  wide = true,
): string {
  const name = wide ? named(replicate) : (replicate.label ?? "without a name");
  return `${name}: ${inUnit(replicate.score, unit)}, ${signed(replicate.score - mean)} from the mean`;
}

/** `30 replicates, 0.3884 to 0.5221`. */
export function rangeSays(replicates: readonly Replicate[], unit: string | null): string {
  const scores = replicates.map(({ score }) => score);
  const [low, high] = [Math.min(...scores), Math.max(...scores)];
  const range =
    low === high ? `all ${inUnit(low, unit)}` : `${number(low)} to ${inUnit(high, unit)}`;
  return `${replicates.length} replicates, ${range}`;
}
