/** Cells, deltas and sets as columns of a table, alike on every page; missing is null. */
import type { Cell, Contrast, Delta, TrainingSet } from "../api/types";
import type { Attributes, Value } from "./types";

export const SET_COLUMNS = ["training_set", "key", "rank"] as const;

export function setValues(set: TrainingSet): Value[] {
  return [set.name, set.key, set.rank];
}

/** A score's columns are named by its measure. */
export function cellColumns(measure: string): string[] {
  return [
    measure,
    ...["standard_error", "replicates", "origin"].map((name) => `${measure} ${name}`),
  ];
}

export function cellValues(cell: Cell | null | undefined): Value[] {
  return cell
    ? [cell.mean, cell.standard_error, cell.replicates, cell.origin]
    : [null, null, 0, null];
}

export const DELTA_NAMES = [
  "delta",
  "delta_standard_error",
  "low",
  "high",
  "level",
  "effect",
] as const;

/** The columns of a change; of several measures each has its own. */
export function deltaColumns(measure?: string): string[] {
  return DELTA_NAMES.map((name) => (measure === undefined ? name : `${measure} ${name}`));
}

/** A change, and the interval that it lies in with a chance of `level`. */
export function deltaValues(delta: Delta | null | undefined): Value[] {
  const { effect = null } = delta ?? {};
  return [...contrastValues(delta), effect];
}

export function contrastValues(contrast: Contrast | null | undefined): Value[] {
  if (!contrast || contrast.value === null) return [null, null, null, null, null];
  const { value, standard_error, low, high, level } = contrast;
  return [value, standard_error, low, high, low === null ? null : level];
}

/** A set as the node of a graph, with what `lattice export` says of it. */
export function nodeAttributes(
  set: TrainingSet,
  measure: string | null,
  cell: Cell | null | undefined,
): Attributes {
  const own = { key: set.key, rank: set.rank };
  if (measure === null || !cell) return own;
  return {
    ...own,
    [`score: ${measure}`]: cell.mean,
    [`standard error: ${measure}`]: cell.standard_error,
    replicates: cell.replicates,
    origin: cell.origin,
  };
}

export function deltaAttributes(
  measure: string | null,
  delta: Delta | null | undefined,
): Attributes {
  if (measure === null || !delta || delta.value === null) return {};
  return {
    [`delta: ${measure}`]: delta.value,
    [`standard error: ${measure}`]: delta.standard_error,
    effect: delta.effect,
  };
}
