/** Walking by keyboard along the stored moves of the pinned set, on every page and at every size. */
import { higherIsBetter } from "../scales";
import { hovered, pin, view } from "../state";
import { measure, neighborhood } from "../state/answers";
import { byDelta, type Step } from "./utils";

/** The stored moves from the pinned set, best first; none while they are being read. */
function movesByGain(): Step[] {
  const { content } = neighborhood.peek();
  if (!content || content.training_set.key !== view.peek().set) return [];
  const chosen = measure.peek();
  return byDelta(content.neighbors, !chosen || higherIsBetter(chosen));
}

/** Pin where the best move leads that adds, or removes, an object. */
export function climb(kind: "add" | "remove"): void {
  const best = movesByGain().find(({ move }) => move.kind === kind);
  if (best) pin(best.training_set.key);
}

/** Point at the next neighbor, or the one before, from the best move to the worst and around. */
export function walk(direction: 1 | -1): void {
  const keys = movesByGain().map((step) => step.training_set.key);
  if (keys.length === 0) return;
  const here = keys.indexOf(hovered.peek() ?? "");
  const next = here < 0 ? (direction > 0 ? 0 : keys.length - 1) : here + direction;
  hovered.value = keys[(next + keys.length) % keys.length] ?? null;
}
