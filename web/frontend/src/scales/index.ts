/** Numbers as people read them, and colors of scores. Direction decides what is good. */
import type { Cell, Delta, Measure, Subgraph } from "../api/types";
import { viridis } from "./ramps";

const MINUS = "−";

/** A number with about four significant digits, a real minus sign and no trailing zeros. */
export function number(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && size < 0.00005) return value.toPrecision(2).replaceAll("-", MINUS);
  const digits = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : size >= 1 ? 3 : 4;
  const text = value.toFixed(digits);
  const trimmed = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return (trimmed === "-0" ? "0" : trimmed).replace("-", MINUS);
}

/** A change, always with its sign. */
export function signed(value: number): string {
  return value > 0 ? `+${number(value)}` : number(value);
}

/** Whole numbers with separators. */
export function count(value: number): string {
  const [whole = "", ...rest] = `${value}`.split(".");
  return [whole.replace(/\B(?=(\d{3})+$)/g, ","), ...rest].join(".");
}

/** `1 move`, `5,120 moves`. */
export function counted(value: number, name: string): string {
  return `${count(value)} ${name}${value === 1 ? "" : "s"}`;
}

/** A share; what is not all or nothing is never rounded to it. */
export function share(value: number): string {
  if (value === 0 || value === 1) return `${value * 100}%`;
  if (value < 0.0001) return "<0.01%";
  if (value > 0.9999) return ">99.99%";
  return `${Number((value * 100).toPrecision(4))}%`;
}

/** What is known of a cell: its mean, its standard error, and from how many replicates. */
export function cellText(cell: Cell | null | undefined): string {
  if (!cell) return "no score";
  if (cell.origin === "declared") return `${number(cell.mean)} (declared, not measured)`;
  if (cell.standard_error === null) return `${number(cell.mean)} (one replicate: error unknown)`;
  const error = number(cell.standard_error);
  return `${number(cell.mean)} ± ${error} (standard error, ${cell.replicates} replicates)`;
}

/** A delta with its sign and its error, where that is known. */
export function deltaText(delta: Delta): string {
  if (delta.value === null) return "unavailable";
  const error = delta.standard_error === null ? "" : ` ± ${number(delta.standard_error)}`;
  return `${signed(delta.value)}${error}`;
}

/** Whether the interval of a delta includes 0: its sign is not resolved. */
export function isUnresolved(delta: Delta): boolean {
  return delta.low !== null && delta.high !== null && delta.low <= 0 && delta.high >= 0;
}

/** What ± means for these deltas, and what else has to be known of them; each once. */
export function errorNotes(deltas: readonly (Delta | undefined)[]): string[] {
  const found = deltas.filter((delta) => delta !== undefined);
  const notes = found.flatMap((delta) => {
    const note = delta.note && delta.method !== "limit" ? `Note: ${delta.note}.` : "";
    if (delta.standard_error === null) return [note];
    const replicates = counted(delta.replicates, "replicate");
    const meaning =
      delta.method === "limit"
        ? `± is an upper limit of the standard error (${replicates}, unlabelled).`
        : `± is one standard error (${delta.method}, ${replicates}).`;
    return [note, `${meaning} Pale changes are within their 90% interval of 0.`];
  });
  return [...new Set(notes)].filter(Boolean).slice(0, 4);
}

export function higherIsBetter(measure: Measure): boolean {
  return measure.metric.direction === "higher";
}

/** Whether a change of the score is for the better under this measure. */
export function effectOf(change: number, measure: Measure): "better" | "worse" | "equal" {
  if (change === 0) return "equal";
  return change > 0 === higherIsBetter(measure) ? "better" : "worse";
}

/** Scores without those that are declared by convention: what may be placed and colored. */
export function measuredOf(columns: Subgraph): (number | null)[] {
  return columns.means.map((mean, row) => (columns.declared[row] ? null : mean));
}

/** Smallest and largest of the numbers that are there; null when none is. */
export function extentOf(values: readonly (number | null)[]): [number, number] | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value === null) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low > high ? null : [low, high];
}

/**
 * Colors of scores between `low` and `high`: the better, the brighter. Both ends of viridis are
 * cut, so that no score vanishes in a light or a dark page.
 */
export function scoreColors(
  [low, high]: readonly [number, number],
  higher: boolean,
): (value: number) => string {
  const [from, to] = low === high ? [low - 0.5, high + 0.5] : [low, high];
  const [worst, best] = higher ? [from, to] : [to, from];
  return (value) => viridis(0.08 + (0.84 * (value - worst)) / (best - worst));
}
