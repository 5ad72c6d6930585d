/** Pure helpers of the neighborhood: members, and the order of its moves. */
import type { LatticeDetail, Move, Neighbor } from "../api/types";
import { hasObject, setTable } from "../subsets";

/** The objects of the set with this key. */
export function members(objects: LatticeDetail["objects"], key: string): LatticeDetail["objects"] {
  const table = setTable([key], objects.length);
  return objects.filter((_, position) => hasObject(table, 0, position));
}

/** A neighbor that is one added or removed object away, as all are that the explorer asks for. */
export type Step = Neighbor & { move: Move };

/** The neighbors one move away. */
export function steps(neighbors: readonly Neighbor[]): Step[] {
  return neighbors.filter((neighbor): neighbor is Step => neighbor.move !== null);
}

/** Neighbors from the best move to the worst; moves without a delta come last. */
export function byDelta(neighbors: readonly Neighbor[], higherIsBetter: boolean): Step[] {
  const gain = (neighbor: Neighbor) => {
    const value = neighbor.deltas[0]?.value ?? null;
    return value === null ? Number.NEGATIVE_INFINITY : higherIsBetter ? value : -value;
  };
  return steps(neighbors).sort((a, b) => gain(b) - gain(a));
}

/** The largest |delta| or interval end among the moves, at least a little. */
export function reach(neighbors: readonly Neighbor[]): number {
  const ends = neighbors.flatMap(({ deltas: [delta] }) =>
    delta ? [delta.value, delta.low, delta.high].map((each) => Math.abs(each ?? 0)) : [],
  );
  return Math.max(1e-12, ...ends);
}
