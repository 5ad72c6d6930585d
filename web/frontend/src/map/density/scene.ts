/** The draw list of a density: cells by their counts, and what the scores of each rank are like. */
import type { Level } from "../../api/types";
import { ramp } from "../../scales/ramps";
import type { Theme } from "../../state/theme";
import { lines, rects } from "../primitives";
import type { CameraLike, Primitive } from "../types";
import type { CellPlace, Picture } from "./types";
import { countAt, rectOf, UNSCORED } from "./utils";

const STEPS = 24;

/** Colors of counts, few to many: even steps of lightness, away from the page. */
export function countColors(dark: boolean): (share: number) => string {
  return ramp(dark ? "21344c2f67965fb0d8e3f6ff" : "d8e6f08bbad83a7fb50f2f5e");
}

/** Where a count stands between 1 and the most, by its logarithm. */
export function countShare(count: number, most: number): number {
  return most <= 1 ? 0.5 : Math.log(count) / Math.log(most);
}

/** Whether a theme is dark, by the lightness of its paper. */
export function isDark(theme: Theme): boolean {
  const channels = theme.paper.match(/[\d.]+/g)?.map(Number) ?? [];
  if (theme.paper.startsWith("#")) return Number.parseInt(theme.paper.slice(1, 3), 16) < 128;
  return (channels[0] ?? 255) < 128;
}

export function cellsScene(picture: Picture, camera: CameraLike, theme: Theme): Primitive[] {
  const { histogram, most } = picture;
  const colorOf = countColors(isDark(theme));
  const bins = new Map<number, number[]>();
  const hollow: number[] = [];
  const add = (place: CellPlace, found: number) => {
    if (found === 0) return;
    const step = Math.round(countShare(found, most) * STEPS);
    const points = bins.get(step);
    const rect = rectOf(picture, place, camera);
    if (points) points.push(...rect);
    else bins.set(step, rect);
  };
  histogram.counts.forEach((counts, row) => {
    counts.forEach((found, bin) => {
      add({ row, bin }, found);
    });
    const strip = { row, bin: UNSCORED };
    if ((histogram.missing[row] ?? 0) > 0) add(strip, countAt(picture, strip));
    if ((histogram.declared[row] ?? 0) > 0) hollow.push(...inset(rectOf(picture, strip, camera)));
  });
  return [
    ...[...bins].map(([step, points]) => rects(points, { fill: colorOf(step / STEPS) })),
    // Hollow, as a declared score is in every layout.
    rects(hollow, { stroke: theme.muted, width: 1.5 }),
  ];
}

/** A rectangle whose outline stays inside of another. */
function inset([left, top, width, height]: readonly [number, number, number, number]): number[] {
  return [left + 1, top + 1, Math.max(1, width - 2), Math.max(1, height - 2)];
}

/** Median as a line, quartiles dotted, the best and the worst of each rank as arrowheads. */
export function levelsScene(picture: Picture, camera: CameraLike, theme: Theme): Primitive[] {
  const { levels, scales } = picture;
  if (!levels) return [];
  const x = (level: Level) => scales.xOf(level.rank) * camera.k + camera.x;
  const y = (score: number) => scales.yOf(score) * camera.k + camera.y;
  const half = Math.min(6, 0.3 * (scales.xOf(1) - scales.xOf(0)) * camera.k);
  const scored = levels.items.filter((level) => level.median !== null);
  const line = (score: (level: Level) => number | null): number[] => {
    const points: number[] = [];
    scored.slice(1).forEach((level, index) => {
      const before = scored[index] ?? level;
      points.push(x(before), y(score(before) ?? 0), x(level), y(score(level) ?? 0));
    });
    return points;
  };
  const single = scored.length === 1 ? scored : [];
  const dash = (score: (level: Level) => number | null): number[] =>
    single.flatMap((level) => [
      x(level) - 14,
      y(score(level) ?? 0),
      x(level) + 14,
      y(score(level) ?? 0),
    ]);
  const quartiles = [
    ...line((level) => level.lower_quartile),
    ...line((level) => level.upper_quartile),
    ...dash((level) => level.lower_quartile),
    ...dash((level) => level.upper_quartile),
  ];
  const median = [...line((level) => level.median), ...dash((level) => level.median)];
  const head = (at: number, score: number, up: boolean): number[] => {
    const tip = y(score) + (up ? -3 : 3);
    const foot = tip + (up ? half : -half);
    return [at - half, foot, at, tip, at, tip, at + half, foot];
  };
  // The only score of a rank is neither its best nor its worst.
  const spread = scored.filter((level) => level.lowest !== level.highest);
  const higher = levels.better !== "lower";
  const tops = spread.flatMap((level) => head(x(level), level.highest ?? 0, true));
  const bottoms = spread.flatMap((level) => head(x(level), level.lowest ?? 0, false));
  const [best, worst] = higher ? [tops, bottoms] : [bottoms, tops];
  return [
    lines(quartiles, theme.paper, { width: 4, opacity: 0.75 }),
    lines(median, theme.paper, { width: 5.5 }),
    lines(quartiles, theme.ink, { width: 1.5, dash: [1, 4] }),
    lines(median, theme.ink, { width: 2.25 }),
    lines([...tops, ...bottoms], theme.paper, { width: 4.5 }),
    lines(best, theme.better, { width: 2 }),
    lines(worst, theme.worse, { width: 2 }),
  ];
}

/** The cell under the pointer or the keyboard. */
export function cursorScene(
  picture: Picture,
  place: CellPlace,
  camera: CameraLike,
  theme: Theme,
): Primitive[] {
  const [left, top, width, height] = rectOf(picture, place, camera);
  const around = [left - 1, top - 1, width + 2, height + 2];
  return [
    rects(around, { stroke: theme.paper, width: 4.5 }),
    rects(around, { stroke: theme.ink, width: 2 }),
  ];
}
