/** What a map is made of: positions of sets, and the list of primitives that draws them. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A tick of an axis, at a pixel. */
export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** Positions of all sets in pixels at the fitted camera. */
export interface Layout {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Axes for a camera, or null where the layout has none. */
  readonly axes: ((camera: CameraLike) => Axes) | null;
  /** Rank and score at a place, where places mean these. */
  readonly scales: PlotScales | null;
}

/** Rank to the right, score upwards, in pixels at the fitted camera. */
export interface PlotScales {
  readonly xOf: (rank: number) => number;
  readonly yOf: (score: number) => number;
  readonly rankAt: (x: number) => number;
  readonly scoreAt: (y: number) => number;
  /** Where sets without a score stand, and how high that strip is; null when there is none. */
  readonly strip: { readonly middle: number; readonly height: number } | null;
}

export interface Axes {
  readonly bottom: readonly Tick[];
  readonly left: readonly Tick[];
  readonly bottomTitle: string;
  readonly leftTitle: string;
  /** Where sets without a score stand; null when there is none. */
  readonly unscored: number | null;
}

export interface CameraLike {
  readonly x: number;
  readonly y: number;
  readonly k: number;
}

/** Coordinates one after the other; thousands come as typed arrays. */
export type Points = ArrayLike<number>;

/** Many line segments of one look; `points` holds x1, y1, x2, y2 of each. */
export interface Lines {
  readonly kind: "lines";
  readonly points: Points;
  readonly color: string;
  readonly width: number;
  readonly dash: readonly number[];
  readonly opacity: number;
}

/** Many circles of one look; `points` holds x, y of each. */
export interface Dots {
  readonly kind: "dots";
  readonly points: Points;
  readonly radius: number;
  readonly fill: string | null;
  readonly stroke: string | null;
  readonly width: number;
  readonly opacity: number;
}

/** Many rectangles of one look; `points` holds left, top, width, height of each. */
export interface Rects {
  readonly kind: "rects";
  readonly points: Points;
  readonly fill: string | null;
  readonly stroke: string | null;
  readonly width: number;
  readonly opacity: number;
}

export interface Label {
  readonly kind: "label";
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly color: string;
  readonly halo: string | null;
  readonly align: "left" | "center" | "right";
  readonly baseline: "top" | "middle" | "bottom";
  readonly size: number;
  readonly bold: boolean;
}

export type Primitive = Lines | Dots | Rects | Label;
