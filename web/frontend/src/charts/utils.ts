/** Pure geometry of charts: scales, ticks, paths, and which labels find room. */
import { linear, ticksWithin } from "../scales/linear";
import type { ChartValue, Plot, Series, Tick } from "./types";

const LETTER = 6.4;
const SAMPLED = 5;

export interface Margins {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

type Extent = readonly [low: number, high: number];

/** A plot of these extents in a box; an extent of one value gets room around it. */
export function plotOf(
  width: number,
  height: number,
  margins: Margins,
  across: Extent,
  up: Extent,
): Plot {
  const { left, top } = margins;
  const right = Math.max(left + 1, width - margins.right);
  const bottom = Math.max(top + 1, height - margins.bottom);
  const x = linear(opened(across), [left, right]);
  const y = linear(opened(up), [bottom, top]);
  return { left, right, top, bottom, x, y };
}

function opened([low, high]: Extent): [number, number] {
  if (high > low) return [low, high];
  const room = Math.abs(low) * 0.05 || 0.5;
  return [low - room, low + room];
}

/** An extent with a share of itself more on both sides. */
export function padded([low, high]: Extent, share: number): [number, number] {
  const [from, to] = opened([low, high]);
  const room = (to - from) * share;
  return [from - room, to + room];
}

/** Round ticks inside an extent, about so many. */
export function ticksOf(extent: Extent, many: number, text: (value: number) => string): Tick[] {
  return ticksWithin(opened(extent), many).map((at) => ({ at, text: text(at) }));
}

/** Smallest and largest of what series place, with their bars and bands; null when nothing is. */
export function extentOfSeries(
  all: readonly Series[],
  more: readonly number[] = [],
): Extent | null {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const take = (value: number | null | undefined) => {
    if (value === null || value === undefined) return;
    low = Math.min(low, value);
    high = Math.max(high, value);
  };
  for (const { values } of all) {
    for (const each of values) {
      if (!isPlaced(each)) continue;
      take(each.value);
      take(each.low);
      take(each.high);
    }
  }
  if (low <= high) more.forEach(take);
  return low <= high ? [low, high] : null;
}

export function isPlaced(each: ChartValue): boolean {
  return each.value !== null && each.aside !== true;
}

/** An SVG path through values; a missing one breaks the line. */
export function linePath(values: readonly ChartValue[], plot: Plot): string {
  const parts: string[] = [];
  let drawing = false;
  values.forEach((each, index) => {
    if (each.value === null || each.aside) {
      drawing = false;
      return;
    }
    parts.push(
      `${drawing && !each.leap ? "L" : "M"}${round(plot.x(index))},${round(plot.y(each.value))}`,
    );
    drawing = true;
  });
  return parts.join("");
}

/** An SVG path of the pieces that lead to leaps. */
export function leapPath(values: readonly ChartValue[], plot: Plot): string {
  const pieces = values.map((each, index) => {
    const before = values[index - 1];
    if (!each.leap || !before || !isPlaced(before) || !isPlaced(each)) return "";
    const [from, to] = [before.value ?? 0, each.value ?? 0];
    return `M${round(plot.x(index - 1))},${round(plot.y(from))}L${round(plot.x(index))},${round(plot.y(to))}`;
  });
  return pieces.join("");
}

/** An SVG path around low to high, one closed part for every run of values that have both. */
export function bandPath(values: readonly ChartValue[], plot: Plot): string {
  const runs: { x: number; low: number; high: number }[][] = [[]];
  values.forEach(({ low, high, aside }, index) => {
    if (typeof low !== "number" || typeof high !== "number" || aside) runs.push([]);
    else runs.at(-1)?.push({ x: round(plot.x(index)), low: plot.y(low), high: plot.y(high) });
  });
  return runs
    .filter((run) => run.length > 1)
    .map((run) => {
      const up = run.map(({ x, high }) => `${x},${round(high)}`);
      const down = run.toReversed().map(({ x, low }) => `${x},${round(low)}`);
      return `M${[...up, ...down].join("L")}Z`;
    })
    .join("");
}

/** The index whose place is nearest to x, where places are `count` even steps across the plot. */
export function nearestIndex(x: number, count: number, plot: Plot): number {
  if (count < 2) return 0;
  const share = (x - plot.left) / (plot.right - plot.left);
  return Math.max(0, Math.min(count - 1, Math.round(share * (count - 1))));
}

/** Pixels that a text takes, nearly: charts are lettered at 11 px. */
export function widthOf(text: string): number {
  return text.length * LETTER;
}

/** Whether all texts fit side by side at these distances. */
export function allFit(texts: readonly string[], distance: number, gap = 6): boolean {
  return texts.every((text) => widthOf(text) + gap <= distance);
}

/** Which of `count` labels to write so that none touches: every 1st, 2nd, 5th, 10th ... */
export function every(count: number, width: number, label: number): number {
  const least = Math.max(1, Math.ceil((count * label) / Math.max(1, width)));
  for (let unit = 1; ; unit *= 10) {
    const found = [1, 2, 5].map((each) => each * unit).find((each) => each >= least);
    if (found !== undefined) return found;
  }
}

export interface Spot {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The place of these that hides least of the lines and of what is written already. */
export function quietest(
  spots: readonly Spot[],
  all: readonly Series[],
  plot: Plot,
  taken: readonly Spot[] = [],
): Spot | undefined {
  const costs = spots.map((spot) => {
    const outside = spot.top < plot.top - 8 || spot.top + spot.height > plot.bottom + 4;
    const written = taken.filter((other) => overlap(spot, other)).length;
    const hidden = all.reduce((sum, { values }) => sum + hiddenBy(spot, values, plot), 0);
    return hidden + written * 1_000 + (outside ? 100 : 0);
  });
  return spots[costs.indexOf(Math.min(...costs))];
}

function overlap(one: Spot, other: Spot): boolean {
  return (
    one.left < other.left + other.width &&
    other.left < one.left + one.width &&
    one.top < other.top + other.height &&
    other.top < one.top + one.height
  );
}

/** How many of a line's points, one every few pixels, lie in a box. */
function hiddenBy(spot: Spot, values: readonly ChartValue[], plot: Plot): number {
  let hidden = 0;
  for (let index = 1; index < values.length; index += 1) {
    const [from, to] = [values[index - 1], values[index]];
    if (!from || !to || !isPlaced(from) || !isPlaced(to)) continue;
    const [start, end] = [plot.x(index - 1), plot.x(index)];
    const [high, low] = [plot.y(from.value ?? 0), plot.y(to.value ?? 0)];
    const parts = Math.ceil(Math.max(end - start, Math.abs(low - high)) / SAMPLED);
    for (let part = 0; part <= parts; part += 1) {
      const x = start + (part / parts) * (end - start);
      const y = high + (part / parts) * (low - high);
      const across = x >= spot.left && x <= spot.left + spot.width;
      if (across && y >= spot.top && y <= spot.top + spot.height) hidden += 1;
    }
  }
  return hidden;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
