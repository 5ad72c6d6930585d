/** Pure helpers of the grid: colors per metric, decimals, readable ink, titles of columns. */
import type { Grid, Measure } from "../api/types";
import { extentOf, higherIsBetter, number, scoreColors } from "../scales";

/** One color scale per metric, over the rows that are shown, so that columns compare. */
export function cellColors(
  measures: readonly Measure[],
  rows: Grid["items"],
): (column: number, value: number) => string {
  const scales = new Map<string, (value: number) => string>();
  for (const name of new Set(measures.map((measure) => measure.metric.name))) {
    const columns = measures.flatMap((measure, index) =>
      measure.metric.name === name ? [index] : [],
    );
    const values = rows.flatMap((row) => columns.map((index) => row.cells[index]?.mean ?? null));
    const sample = measures[columns[0] ?? 0];
    const extent = extentOf(values) ?? [0, 1];
    scales.set(name, scoreColors(extent, sample ? higherIsBetter(sample) : true));
  }
  return (column, value) =>
    scales.get(measures[column]?.metric.name ?? "")?.(value) ?? "transparent";
}

/** How many decimals the cells of a table need, so that their points stand in line. */
export function digitsOf(rows: Grid["items"]): number {
  const texts = rows.flatMap((row) => row.cells.map((cell) => (cell ? number(cell.mean) : "")));
  return Math.min(4, Math.max(0, ...texts.map((text) => text.split(".")[1]?.length ?? 0)));
}

/** Black or white, whichever is easier to read on an `rgb(...)` or `#rrggbb` color. */
export function inkOn(color: string): "#000" | "#fff" {
  const hex = /^#(..)(..)(..)$/.exec(color);
  const parts = hex
    ? hex.slice(1).map((part) => Number.parseInt(part, 16))
    : (color.match(/\d+(\.\d+)?/g) ?? []).map(Number);
  const [red = 255, green = 255, blue = 255] = parts.map((part) => {
    const share = part / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return luminance > 0.179 ? "#000" : "#fff";
}

/** What a column is called where all share a metric: the part that differs. */
export function columnTitle(measure: Measure, all: readonly Measure[]): string {
  const oneMetric = all.every((each) => each.metric.name === measure.metric.name);
  const oneProtocol = all.every((each) => each.protocol.name === measure.protocol.name);
  const oneSet = all.every((each) => each.evaluation_set.name === measure.evaluation_set.name);
  if (all.length > 1 && oneMetric && oneProtocol) return measure.evaluation_set.name;
  if (all.length > 1 && oneMetric && oneSet) return measure.protocol.name;
  return measure.name;
}
