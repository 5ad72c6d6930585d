/** What a page lets people take along. A page registers it while it is shown. */
import type { CameraLike, Primitive, Size } from "../map/types";

export type Value = string | number | boolean | null;

/** Rows may be made one by one while they are written: there may be a million. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: Iterable<readonly Value[]>;
  /** What else belongs to it, for JSON. */
  readonly about?: Readonly<Record<string, Value>>;
}

/** Part of a picture; a camera moves its positions as it does on the screen. */
export interface Layer {
  readonly primitives: readonly Primitive[];
  readonly camera?: CameraLike;
  readonly opacity?: number;
}

export interface Drawing {
  readonly size: Size;
  readonly background: string;
  readonly layers: readonly Layer[];
}

/** A picture that is SVG already, as one that is taken from the page. */
export interface Picture {
  readonly size: Size;
  readonly svg: string;
}

/** A directed graph; attributes that are null are left out. */
export interface Graph {
  readonly nodes: Iterable<{ readonly id: string; readonly attributes: Attributes }>;
  readonly edges: Iterable<{
    readonly source: string;
    readonly target: string;
    readonly attributes: Attributes;
  }>;
}
export type Attributes = Readonly<Record<string, Value>>;

/** How far a long export is, and whether it is still wanted. */
export interface Task {
  readonly abort: AbortSignal;
  readonly tell: (done: number, total: number) => void;
}

/** What is exported of one choice of data: what is drawn, or everything that matches. */
export interface Extent {
  /** As people read it: `16,384 drawn training sets, sampled per rank`. */
  readonly says: string;
  readonly table?: (task: Task) => Promise<Table>;
  /** What the name of the file says of it, where there are several: `drawn`, `pairs`. */
  readonly part?: string;
  /** A graph, or why there is none. */
  readonly graph?: ((task: Task) => Promise<Graph>) | string;
}

export interface Exportable {
  /** The page, in the name of the file: `map`, `path`, `grid`. */
  readonly title: string;
  /** What else is in the name of the file; the measure and the filter, unless it is said. */
  readonly about?: () => readonly (string | null)[];
  /** The picture, or null while there is none: a draw list, or SVG. */
  readonly scene?: () => Drawing | null;
  readonly picture?: () => Promise<Picture | null>;
  /**
   * What can be written as data, asked when the menu opens; the first one is chosen unless people
   * say else. Where only a sample is drawn, everything that matches comes first.
   */
  readonly extents?: () => Promise<readonly Extent[]>;
}
