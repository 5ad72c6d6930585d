/** Pure helpers of a path: its profile as points of a chart, and its summary in words. */
import type { Path } from "../api/types";
import { count, counted, extentOf, number } from "../scales";

export interface ProfilePoint {
  readonly step: number;
  readonly x: number;
  readonly y: number | null;
}

/** The scores along a path in a box; y is null where a score is missing. */
export function profile(
  scores: readonly (number | null)[],
  width: number,
  height: number,
  pad: number,
): { points: ProfilePoint[]; yOf: (score: number) => number } {
  const [low, high] = extentOf(scores) ?? [0, 1];
  const span = high - low || 1;
  const yOf = (score: number) => height - pad - ((score - low) / span) * (height - 2 * pad);
  const last = Math.max(1, scores.length - 1);
  const points = scores.map((score, step) => ({
    step,
    x: pad + (step / last) * (width - 2 * pad),
    y: score === null ? null : yOf(score),
  }));
  return { points, yOf };
}

/** What a path is worth, in one line. */
export function summary(path: Path): string {
  const said = [
    counted(path.moves ?? 0, "move"),
    path.optima === 1 ? "the only best path" : `${count(path.optima)} paths are equally good`,
  ];
  if (path.floor !== null) said.push(`worst score between the ends ${number(path.floor)}`);
  if (path.ends_floor !== null) said.push(`worse end ${number(path.ends_floor)}`);
  return said.join("; ");
}
