/** The order of rows, as links and the API say it. */
import type { Measure } from "../api/types";
import { higherIsBetter } from "../scales";
import type { Direction } from "./types";

export const RANK = "rank";

/** How the rows are sorted. */
export interface Sorting {
  /** As the API says it. */
  readonly text: string;
  /** Rank, cost, size or a measure's name. */
  readonly field: string;
  /** Whether the other end comes first. */
  readonly turned: boolean;
}

/** What a link says, read among what there is to sort by; null where there is no such thing. */
export function sortingOf(
  said: string | null,
  measures: readonly string[],
  amounts: readonly string[],
): Sorting | null {
  if (said === null) return { text: RANK, field: RANK, turned: false };
  const known = [...measures, ...amounts];
  if (known.includes(said)) return { text: said, field: said, turned: false };
  const field = said.replace(/^-/, "");
  return known.includes(field) ? { text: said, field, turned: true } : null;
}

/** Whether a column's numbers go up or down along the rows. */
export function directionOf(field: string, measure: Measure | null, now: Sorting): Direction {
  if (now.field !== field) return "none";
  const falls = measure !== null && higherIsBetter(measure);
  return falls !== now.turned ? "descending" : "ascending";
}

/** What comes first, in words. */
export function firstInWords(now: Sorting, measures: readonly Measure[]): string {
  if (measures.some((each) => each.name === now.field)) return now.turned ? "worst" : "best";
  return now.turned ? "largest" : "smallest";
}

/** The sort of the view when this column's header is pressed. */
export function pressed(field: string, now: Sorting): string | null {
  const turned = now.field === field && !now.turned;
  if (field === RANK && !turned) return null;
  return turned ? `-${field}` : field;
}
