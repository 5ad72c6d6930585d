/** What charts are made of: values, series of them, and the box they are placed in. */

/** A value with what is known of its error; null where there is none. */
export interface ChartValue {
  readonly value: number | null;
  /** Ends of its error bar or band. */
  readonly low?: number | null;
  readonly high?: number | null;
  /** Known, but not comparable with the others, as a declared score: listed below, not placed. */
  readonly aside?: boolean;
  /** Reached by a leap: the piece of the line that leads here is dashed. */
  readonly leap?: boolean;
}

export interface Series {
  readonly name: string;
  /** Class of its marks: decides color and dash. */
  readonly look: string;
  readonly values: readonly ChartValue[];
  /** Draw low to high as a band instead of bars. */
  readonly band?: boolean;
  readonly points?: boolean;
}

/** A horizontal line with a word. */
export interface Level {
  readonly at: number;
  readonly text: string;
}

export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** Where values are placed, in pixels. */
export interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}
