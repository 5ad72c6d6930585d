/** What a card of the first page shows. */
import type { Histogram, Measure, Subgraph } from "../api/types";

/** The landscape of one measure: sets one by one, or where these are many, how many score what. */
export interface Picture {
  readonly measure: Measure | null;
  readonly objects: number;
  readonly drawn: Subgraph | Histogram;
}

/** What there is instead of a picture. */
export type Nothing = "no training set yet" | "no score yet" | "no picture";
