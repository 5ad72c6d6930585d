/** What the grid draws: its columns with their colors, and what a cell is when it has no score. */
import type { Cell, GridColumn, GridRow, Measure, TrainingSet } from "../api/types";

/** A row with its cells in the order of the question. */
export type Row = GridRow;

/** Why a cell has no score: nobody stored one, or the measure is not defined there. */
export type Absence = "missing" | "undefined";

/** One column as it is shown. */
export interface Column {
  readonly measure: Measure;
  readonly title: string;
  /** Its place among the cells of a row. */
  readonly place: number;
  readonly stats: GridColumn;
  readonly color: (value: number) => string;
  readonly absence: (set: TrainingSet) => Absence;
}

/** One color scale with what shares it. */
export interface Scale {
  readonly name: string;
  readonly higher: boolean;
  readonly low: number;
  readonly high: number;
  readonly color: (value: number) => string;
}

export interface Pointed {
  readonly set: TrainingSet;
  readonly column: Column;
  readonly cell: Cell | null;
}
