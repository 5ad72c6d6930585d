/** What a sheet of many rows shows, and what it can be asked to do. */
import type { ComponentChildren } from "preact";
import type { TrainingSet } from "../api/types";

/** A page of rows as the API gives it. */
export interface RowPage<Row> {
  readonly items: readonly Row[];
  readonly total: number;
}

/** Which rows a viewport shows: `count` from `first` on, moved up by `shift` pixels. */
export interface Window {
  readonly first: number;
  readonly count: number;
  readonly shift: number;
}

/** How tall everything is, in pixels. */
export interface Extent {
  readonly total: number;
  readonly rowHeight: number;
  /** Height of the header, which does not scroll. */
  readonly head: number;
  readonly viewHeight: number;
}

export type Direction = "ascending" | "descending" | "none";

/** How one cell looks. */
export interface CellLook {
  readonly content: ComponentChildren;
  readonly class?: string;
  readonly style?: Readonly<Record<string, string>>;
}

/** One column of a sheet. */
export interface SheetColumn<Row> {
  readonly id: string;
  readonly title: string;
  /** What the header says when it is pointed at. */
  readonly hint: string;
  readonly width: number;
  readonly class?: string;
  /** How the rows are sorted by it; null where they cannot be. */
  readonly sorted: Direction | null;
  readonly chosen?: boolean;
  readonly onHead?: (() => void) | undefined;
  readonly cell: (row: Row) => CellLook;
}

/** A cell that is pointed at or has the keyboard: the sheet's column, or -1 for the row's header. */
export interface Spot {
  readonly row: number;
  readonly column: number;
}

/** The set of a row, as sheets need it. */
export type SetOf<Row> = (row: Row) => TrainingSet;
