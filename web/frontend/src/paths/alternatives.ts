/** The next best paths in the form of the best one. */
import type { Alternative, Delta, Path, PathStep } from "../api/types";
import { effectOf, higherIsBetter } from "../scales";
import { measure } from "../state/answers";
import { changeOf, moveBetween, worstStep } from "./utils";

/** An alternative in the form of a path: its moves follow from its sets, its changes from its scores. */
export function asPath(whole: Path, other: Alternative, names: readonly string[]): Path {
  const { training_sets: sets, cells, moves, value, floor } = other;
  const higher = !measure.value || higherIsBetter(measure.value);
  const scored = whole.measure !== null;
  const scores = sets.map((_, place) => cells[place]?.mean ?? null);
  const steps = sets.map((set, place): PathStep => {
    const text = place === 0 ? "" : moveBetween(sets[place - 1]?.key ?? "", set.key, names);
    const since = changeOf(scores[0], scores[place]);
    return {
      training_set: set,
      move: text ? { kind: text.startsWith("+") ? "add" : "remove", object: text.slice(1) } : null,
      cells: scored ? [cells[place] ?? null] : [],
      deltas: scored && place > 0 ? [bare(changeOf(scores[place - 1], scores[place]))] : [],
      cumulative: [since],
      jump: null,
    };
  });
  const worst = worstStep(scores, higher);
  return {
    ...whole,
    ...{ moves, value, floor, steps },
    measures: whole.measure === null ? [] : [whole.measure],
    worst_step: worst,
    worst_steps: [worst],
    optimism: null,
    notes: [],
    next: null,
  };
}

/** A change without its error, which is told for the best path only. */
function bare(value: number | null): Delta {
  return {
    status: value === null ? "unavailable" : "exact",
    value,
    effect: value === null || !measure.value ? null : effectOf(value, measure.value),
    ...{ standard_error: null, low: null, high: null, level: 0.9, method: null, replicates: 0 },
    note: "errors of changes are told for the best path only",
  };
}
