/** Measures in groups, and those that a text leaves. */
import type { Measure } from "../api/types";

/** From this many on a list of measures can be narrowed by a text. */
export const MANY_MEASURES = 20;

export interface MeasureGroup {
  readonly title: string | null;
  readonly measures: readonly Measure[];
}

/** Groups by protocol where there are several, else by metric where there are several. */
export function grouped(measures: readonly Measure[]): readonly MeasureGroup[] {
  const by = (titleOf: (measure: Measure) => string): MeasureGroup[] => {
    const groups = new Map<string, Measure[]>();
    for (const each of measures) {
      const title = titleOf(each);
      groups.set(title, [...(groups.get(title) ?? []), each]);
    }
    return [...groups].map(([title, members]) => ({ title, measures: members }));
  };
  const protocols = by((each) => each.protocol.name);
  const metrics = by((each) => each.metric.name);
  const fits = (groups: readonly MeasureGroup[]) =>
    groups.length > 1 && groups.length < measures.length;
  if (fits(protocols)) return protocols;
  return fits(metrics) ? metrics : [{ title: null, measures }];
}

/** The measures whose name or label holds every word of the text; the chosen one stays. */
export function narrowed(
  measures: readonly Measure[],
  text: string,
  chosen: string | null,
): readonly Measure[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return measures.filter((each) => {
    const said = `${each.name} ${each.evaluation_set.label ?? ""}`.toLowerCase();
    return each.name === chosen || words.every((word) => said.includes(word));
  });
}
