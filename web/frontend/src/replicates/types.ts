/** A strip of dots: one per replicate, stacked where they would overlap, and the mean above. */
import type { Replicate } from "../api/types";

export interface Dot {
  readonly replicate: Replicate;
  readonly x: number;
  readonly y: number;
}

export interface Tick {
  readonly x: number;
  readonly text: string;
}

export interface Strip {
  readonly height: number;
  readonly axis: number;
  readonly dots: readonly Dot[];
  readonly ticks: readonly Tick[];
  readonly mean: { readonly x: number; readonly y: number };
  /** One standard error to either side of the mean; null where it is unknown. */
  readonly error: readonly [low: number, high: number] | null;
}
