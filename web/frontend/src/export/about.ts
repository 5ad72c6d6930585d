/** What an export is about, in the words of its page: for captions and for JSON. */
import { counted } from "../scales";
import { view } from "../state";
import { currentDetail, filter, measure } from "../state/answers";
import type { Value } from "./types";

/** `toy: Four letters`: the lattice and its title. */
export function latticeLine(): string {
  const { summary } = currentDetail.peek() ?? {};
  const name = summary?.name ?? view.peek().lattice ?? "";
  return summary?.title && summary.title !== name ? `${name}: ${summary.title}` : name;
}

/** The measure, and which way is better. */
export function measureLine(): string | null {
  const chosen = measure.peek();
  if (!chosen) return null;
  const unit = chosen.metric.unit ? ` (${chosen.metric.unit})` : "";
  return `${chosen.name}${unit}, ${chosen.metric.direction} is better`;
}

export function filterLine(): string | null {
  const said = filter.peek();
  return said === null ? null : `only sets with ${said}`;
}

export function aboutLattice(): Record<string, Value> {
  return { lattice: view.peek().lattice };
}

/** `All 128 training sets`, `The one path`. */
export function allOf(total: number, name: string): string {
  return total === 1 ? `The one ${name}` : `All ${counted(total, name)}`;
}

/** All sets of the lattice, or all that match the filter. */
export function everySetOf(total: number): string {
  const match = total === 1 ? "matches" : "match";
  const which = filter.peek() === null ? "of this lattice" : `that ${match} the filter`;
  return `${allOf(total, "training set")} ${which}`;
}
