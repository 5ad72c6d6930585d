/** Pure helpers of the map. */
import type { Cell, Measure, Subgraph } from "../api/types";
import { type SetTable, type Step, stepsFrom } from "../subsets";
import type { Size } from "./types";

const BOX = { width: 290, height: 130 };
const LABEL = 110;
const MOST_SEARCHED = 2_000;

/**
 * The corner beside a set in which a box hides the fewest of its neighbors and their labels.
 * Neighbors are relative to the set; a corner that leaves the picture is the last choice.
 */
export function quietCorner(
  neighbors: readonly { x: number; y: number }[],
  at: { x: number; y: number },
  size: Size,
): { left: boolean; top: boolean } {
  const corners = [false, true].flatMap((top) => [false, true].map((left) => ({ left, top })));
  const cost = ({ left, top }: { left: boolean; top: boolean }) => {
    const outside =
      (left ? at.x - BOX.width < 0 : at.x + BOX.width > size.width) ||
      (top ? at.y - BOX.height < 0 : at.y + BOX.height > size.height);
    const hidden = neighbors.filter(({ x, y }) => {
      const [near, far] = left ? [-BOX.width - LABEL, 0] : [-LABEL, BOX.width];
      const inside = top ? y < 0 && y > -BOX.height : y > 0 && y < BOX.height;
      return x > near && x < far && inside;
    });
    return hidden.length + (outside ? 1_000 : 0);
  };
  return corners.reduce((best, corner) => (cost(corner) < cost(best) ? corner : best));
}

/** The cell of a row; null without a score. */
export function cellOf(columns: Subgraph, row: number): Cell | null {
  const mean = columns.means[row] ?? null;
  if (mean === null) return null;
  return {
    mean,
    standard_error: columns.standard_errors[row] ?? null,
    replicates: columns.replicates[row] ?? 0,
    origin: columns.declared[row] ? "declared" : "measured",
  };
}

/** Of the adds or of the removals, the move that changes the score most; null where none does. */
export function strongest(
  scores: readonly (number | null)[],
  row: number,
  steps: readonly Step[],
  adds: boolean,
): { step: Step; change: number } | null {
  const own = scores[row] ?? null;
  if (own === null) return null;
  let best: { step: Step; change: number } | null = null;
  for (const step of steps) {
    const other = scores[step.row] ?? null;
    if (step.adds !== adds || other === null) continue;
    const change = other - own;
    if (!best || Math.abs(change) > Math.abs(best.change)) best = { step, change };
  }
  return best;
}

/** What has to be known of a picture that would look odd without it. */
export function sceneRemarks(
  shown: { table: SetTable; columns: Subgraph },
  objects: number,
  measure: Measure | null,
  layout: string,
): string[] {
  const { table, columns } = shown;
  const said: string[] = [];
  if (columns.shown === 0) return said;
  if (objects === 1) said.push("a lattice of one object");
  if (!measure) said.push("nothing is evaluated yet");
  else if (columns.means.every((mean) => mean === null)) {
    said.push(`none has a score under ${measure.name}`);
  }
  if (layout !== "density" && columns.shown === columns.total && isWithoutMoves(table)) {
    said.push("no two differ by one object: there are no moves");
  }
  return said;
}

/** Whether no set is one object away from another; large tables are not searched. */
function isWithoutMoves(table: SetTable): boolean {
  if (table.keys.length > MOST_SEARCHED) return false;
  return table.keys.length > 1 && table.keys.every((_, row) => stepsFrom(table, row).length === 0);
}
