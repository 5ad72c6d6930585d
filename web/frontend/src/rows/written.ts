/** Sets with their cells as rows: what the exports of grid and table have in common. */
import type { Cell, TrainingSet } from "../api/types";
import { aboutLattice, everySetOf } from "../export/about";
import { cellColumns, cellValues, SET_COLUMNS, setValues } from "../export/cells";
import type { Extent, Task, Value } from "../export/types";
import { count } from "../scales";
import { filter } from "../state/answers";
import { sorting } from "./question";

/** A set, its cells in the order of the measures, and what else is in its row. */
export function setRow(
  set: TrainingSet,
  cells: readonly (Cell | null)[],
  more: readonly Value[] = [],
): Value[] {
  return [...setValues(set), ...cells.flatMap(cellValues), ...more];
}

export interface Written {
  readonly measures: readonly string[];
  /** Titles of further columns. */
  readonly more?: readonly string[];
  readonly total: number;
  /** The rows that are there already. */
  readonly known: readonly Value[][];
  readonly every: (task: Task) => Promise<Value[][]>;
  readonly graph: string;
}

/** All rows, and where they are many, those that were read so far. */
export function rowExtents({ measures, more = [], total, known, every, graph }: Written): Extent[] {
  const columns = [...SET_COLUMNS, ...measures.flatMap(cellColumns), ...more];
  const about = (rows: readonly Value[][]) => ({
    ...aboutLattice(),
    filter: filter.peek(),
    sort: sorting.peek().text,
    matching: total,
    written: rows.length,
  });
  const isWhole = known.length === total;
  const all: Extent = {
    says: everySetOf(total),
    table: async (task) => {
      const rows = isWhole ? known : await every(task);
      return { columns, rows, about: about(rows) };
    },
    graph,
  };
  if (isWhole) return [all];
  const says = `The ${count(known.length)} of them that the page has read so far`;
  return [
    all,
    {
      says,
      part: "read",
      table: async () => ({ columns, rows: known, about: about(known) }),
      graph,
    },
  ];
}
