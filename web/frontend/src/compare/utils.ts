/** Pure parts of comparisons: which measures differ, their order, and what their cells share. */
import type { Comparison, Measure, ReplicateMatch } from "../api/types";
import { type Span, spanOf } from "../neighborhood/deltabar";
import { counted } from "../scales";

/** One row of a comparison: a measure and its place in the answer. */
export interface Row {
  readonly measure: Measure;
  readonly place: number;
  /** The largest change as a share of the largest one under the same metric; -1 for none known. */
  readonly size: number;
  readonly differs: boolean;
  readonly span: Span;
}

/** The rows of a comparison in the order of the lattice's measures. */
export function rowsOf(found: Comparison, measures: readonly Measure[]): Row[] {
  const deltasAt = (place: number) => found.sets.flatMap(({ deltas }) => deltas[place] ?? []);
  const largest = (place: number) =>
    Math.max(-1, ...deltasAt(place).map(({ value }) => (value === null ? -1 : Math.abs(value))));
  const places = measures.flatMap((measure) => {
    const place = found.measures.indexOf(measure.name);
    return place < 0 ? [] : [{ measure, place }];
  });
  const spans = new Map<string, Span>();
  const most = new Map<string, number>();
  for (const { metric } of measures) {
    const mine = places.filter(({ measure }) => measure.metric.name === metric.name);
    spans.set(metric.name, spanOf(mine.flatMap(({ place }) => deltasAt(place))));
    most.set(metric.name, Math.max(0, ...mine.map(({ place }) => largest(place))));
  }
  return places.map(({ measure, place }) => {
    const change = largest(place);
    const scale = most.get(measure.metric.name) || 1;
    return {
      measure,
      place,
      size: change < 0 ? -1 : change / scale,
      differs: deltasAt(place).some(({ value }) => value !== 0),
      span: spans.get(measure.metric.name) ?? [-1, 1],
    };
  });
}

/** Rows by size of the change, the largest first; without a known change last. */
export function bySize(rows: readonly Row[]): Row[] {
  return [...rows].sort((a, b) => b.size - a.size);
}

/** The rows in the order in which they are shown. */
export function orderedRows(
  found: Comparison,
  measures: readonly Measure[],
  asGiven: boolean,
): readonly Row[] {
  const rows = rowsOf(found, measures);
  return asGiven ? rows : bySize(rows);
}

/** What the cells of two sets have in common, in words. */
export function matchText(match: ReplicateMatch): string {
  const { before, after, paired, kinds } = match;
  if (before === 0 || after === 0) return "a score is missing";
  if (before === 1 && after === 1) return "1 replicate each";
  if (paired > 0 && paired === before && paired === after) {
    return `${counted(paired, "replicate")}, all paired`;
  }
  const counts = before === after ? `${before} each` : `${before} and ${after}`;
  if (paired > 0) return `replicates ${counts}, ${paired} paired`;
  return `replicates ${counts}, ${kinds.join(" and ")}: not paired`;
}

/** What holds of the cells of all sets under one measure; null where it is not the same. */
export function commonMatch(matches: readonly ReplicateMatch[]): string | null {
  const said = new Set(matches.map(matchText));
  return said.size === 1 ? ([...said][0] ?? null) : null;
}
