/** What a density is made of: counts of sets per rank and bin of scores, placed. */
import type { Histogram, Levels } from "../../api/types";
import type { Layout, PlotScales, Size } from "../types";

/** A cell by its places in the histogram; `bin` -1 is the strip of sets without a score. */
export interface CellPlace {
  readonly row: number;
  readonly bin: number;
}

/** A histogram with where its cells are drawn at the fitted camera. */
export interface Picture {
  readonly histogram: Histogram;
  readonly levels: Levels | null;
  readonly size: Size;
  readonly scales: PlotScales;
  readonly axes: NonNullable<Layout["axes"]>;
  /** The most sets in one cell. */
  readonly most: number;
}

/** A run of cells of one rank: from bin `first` to `last`, both included. */
export interface Run {
  readonly row: number;
  readonly first: number;
  readonly last: number;
}
