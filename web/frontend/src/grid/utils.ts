/** Pure helpers of the grid: color scales, decimals, readable ink, titles, domains. */
import type { Cell, Grid, GridColumn, Measure, TrainingSet } from "../api/types";
import { cellText, extentOf, higherIsBetter, scoreColors } from "../scales";
import { hasObject, setTable } from "../subsets";
import type { Absence, Column, Row, Scale } from "./types";

/** What a column without any row has. */
const NOTHING: GridColumn = {
  cells: 0,
  declared: 0,
  missing: 0,
  undefined: 0,
  lowest: null,
  highest: null,
};

/** The columns in display order, each with its color scale; `names` are the lattice's objects. */
export function columnsOf(
  page: Grid,
  asked: readonly string[],
  names: readonly string[],
  perColumn: boolean,
): { columns: Column[]; scales: Scale[] } {
  const groups = page.measures.map((measure) => (perColumn ? measure.name : scaleName(measure)));
  const scales = [...new Set(groups)].map((group) => {
    const members = page.measures.flatMap((_, index) => (groups[index] === group ? [index] : []));
    const stats = members.map((index) => page.columns[index] ?? NOTHING);
    const sample = page.measures[members[0] ?? 0];
    return scaleOf(group, sample ? higherIsBetter(sample) : true, stats);
  });
  const columns = page.measures.map((measure, index) => ({
    measure,
    title: columnTitle(measure, page.measures),
    place: asked.indexOf(measure.name),
    stats: page.columns[index] ?? NOTHING,
    color: scales.find((scale) => scale.name === groups[index])?.color ?? (() => "transparent"),
    absence: absenceOf(measure, names),
  }));
  return { columns, scales };
}

/** Columns share a scale only where they share metric, unit and direction. */
function scaleName({ metric }: Measure): string {
  return metric.unit ? `${metric.name} (${metric.unit})` : metric.name;
}

function scaleOf(name: string, higher: boolean, stats: readonly GridColumn[]): Scale {
  const ends = stats.flatMap((each) => [each.lowest, each.highest]);
  const [low, high] = extentOf(ends) ?? [0, 1];
  return { name, higher, low, high, color: scoreColors([low, high], higher) };
}

/** Whether a set without a score lacks one, or has none because the measure is not defined there. */
export function absenceOf(
  measure: Measure,
  names: readonly string[],
): (set: TrainingSet) => Absence {
  const { domain } = measure;
  if (!domain) return () => "missing";
  const position = (name: string) => names.indexOf(name);
  const lower = domain.lower.map(position);
  const upper = domain.upper ? new Set(domain.upper.map(position)) : null;
  return ({ key }) => {
    const table = setTable([key], names.length);
    const holds = lower.every((each) => hasObject(table, 0, each));
    const within =
      upper === null || names.every((_, each) => upper.has(each) || !hasObject(table, 0, each));
    return holds && within ? "missing" : "undefined";
  };
}

/** A row's cells in the order of the question, whatever the order of its page. */
export function inOrder(page: Grid, asked: readonly string[]): Row[] {
  const place = asked.map((name) => page.measures.findIndex((each) => each.name === name));
  if (place.every((from, to) => from === to)) return [...page.items];
  return page.items.map((row) => ({
    ...row,
    cells: place.map((from) => row.cells[from] ?? null),
  }));
}

/** A score with so many decimals, and a real minus. */
export function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

/** How many decimals scores need, at most so many, so that their points stand in line. */
export function digitsOf(scores: readonly (number | null)[], most: number): number {
  const known = scores.filter((each) => each !== null);
  const size = Math.max(0, ...known.map(Math.abs));
  const limit = Math.min(most, size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : most);
  const texts = known.map((each) => each.toFixed(limit).replace(/\.?0+$/, ""));
  return Math.max(0, ...texts.map((text) => text.split(".")[1]?.length ?? 0));
}

/** What a cell says when it is pointed at. */
export function cellWords(column: Column, set: TrainingSet, cell: Cell | null): string {
  if (cell) return cellText(cell);
  return column.absence(set) === "undefined"
    ? "undefined: outside the measure's domain"
    : "missing: no evaluation is stored";
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

/** The parts of measures that all of them share, and what tells them apart. */
export function sharedParts(all: readonly Measure[]): {
  metric: string | null;
  protocol: string | null;
  evaluation: string | null;
} {
  const only = (names: readonly string[]) =>
    new Set(names).size === 1 ? (names[0] ?? null) : null;
  return {
    metric: only(all.map((each) => each.metric.name)),
    protocol: only(all.map((each) => each.protocol.name)),
    evaluation: only(all.map((each) => each.evaluation_set.name)),
  };
}

/** What a column is called: the part that differs from the other columns. */
export function columnTitle(measure: Measure, all: readonly Measure[]): string {
  const { metric, protocol, evaluation } = sharedParts(all);
  if (all.length < 2 || metric === null) return measure.name;
  if (protocol !== null) return measure.evaluation_set.name;
  return evaluation !== null ? measure.protocol.name : measure.name;
}

/** What the columns are, in words: over them stands what tells them apart. */
export function axisTitle(all: readonly Measure[]): string {
  const { metric, protocol, evaluation } = sharedParts(all);
  if (metric === null || all.length < 2) return "measured by";
  if (protocol !== null) return "evaluated on";
  return evaluation !== null ? "by protocol" : "measured by";
}

/** The height of a row of numbers: the fewer rows, the taller. */
export function numbersHeight(total: number): number {
  if (total <= 8) return 46;
  return total <= 18 ? 34 : 27;
}

/** Heights of the heat map's rows, from all at once to readable. */
export const ROW_HEIGHTS: readonly number[] = [1, 2, 3, 4, 6, 9, 14, 20, 28, 40];
const READABLE = 14;

/** The next height in the row of them, up or down. */
export function nextHeight(now: number, by: number): number {
  const place = ROW_HEIGHTS.findLastIndex((height) => height <= now);
  return ROW_HEIGHTS[Math.max(0, Math.min(ROW_HEIGHTS.length - 1, place + by))] ?? now;
}

/** The largest height at which all rows are seen; at least two pixels, at most a readable one. */
export function fittingHeight(total: number, room: number): number {
  const fits = ROW_HEIGHTS.filter((height) => height * total <= room && height >= 2);
  return fits.at(-1) ?? (total > room ? 2 : READABLE);
}

/** Whether a heat map shows more than numbers would: where more cells are seen than can be read. */
export const MOST_NUMBERS = 400;
export function asHeatMap(wanted: string | null, columns: number, rows: number): boolean {
  if (wanted === "heat" || wanted === "numbers") return wanted === "heat";
  return columns * rows > MOST_NUMBERS && columns > 16;
}

const LETTER = 7.4;

/** Room for the longest name, so far as there is room: where columns are few, more of it. */
export function nameWidth(names: readonly string[], width: number, columns: number): number {
  const letters = names.every((name) => name.length === 1) ? names.length : names.join("+").length;
  const narrow = width < 480;
  const most = narrow ? width * 0.34 : Math.min(288, width * 0.4);
  const left = width - 60 - columns * 170;
  const least = narrow ? 98 : 112;
  return Math.round(Math.max(least, Math.min(Math.max(most, left), letters * LETTER + 34)));
}

/** The height of a header whose titles stand in columns of these widths, three lines at most. */
export function headHeight(titles: readonly string[], widths: readonly number[]): number {
  const lines = titles.map((title, at) => Math.ceil((title.length * LETTER) / (widths[at] ?? 1)));
  return 30 + 16 * Math.max(1, Math.min(3, Math.max(1, ...lines)));
}

const LABEL_GAP = 13;

/** Where each rank begins, so far as there is room to say so. */
export function rankLabels(
  ranks: readonly number[],
  starts: readonly number[],
  total: number,
  height: number,
): [number, number][] {
  const labels: [number, number][] = [];
  for (const [band, rank] of ranks.entries()) {
    if (band > 0 && ranks[band - 1] === rank) continue;
    const top = ((starts[band] ?? 0) / total) * height;
    if (top - (labels.at(-1)?.[1] ?? -LABEL_GAP) >= LABEL_GAP && top < height - LABEL_GAP / 2) {
      labels.push([rank, top]);
    }
  }
  return labels;
}
