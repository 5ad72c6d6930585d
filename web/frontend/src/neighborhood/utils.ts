/** Pure helpers of the neighborhood: the order of its moves. */
import type { Move, Neighbor } from "../api/types";

/** A neighbor that is one added or removed object away. */
export type Step = Neighbor & { move: Move };

/** Neighbors from the best change to the worst; then declared scores, then those without a delta. */
export function sorted<T extends Neighbor>(neighbors: readonly T[], higherIsBetter: boolean): T[] {
  const gain = (neighbor: T) => {
    const value = neighbor.deltas[0]?.value ?? null;
    if (value === null) return Number.NEGATIVE_INFINITY;
    if (neighbor.cells[0]?.origin === "declared") return -Number.MAX_VALUE;
    return higherIsBetter ? value : -value;
  };
  return [...neighbors].sort((a, b) => gain(b) - gain(a) || 0);
}

/** The neighbors one move away, from the best move to the worst. */
export function byDelta(neighbors: readonly Neighbor[], higherIsBetter: boolean): Step[] {
  const steps = neighbors.filter((neighbor): neighbor is Step => neighbor.move !== null);
  return sorted(steps, higherIsBetter);
}
