/** What dragging on the map does, and the picture that it is done on. */
import { signal } from "@preact/signals";
import type { Picture } from "./density/types";
import type { SceneData } from "./scene";
import type { CameraLike, Layout, Size } from "./types";

export type ToolName = "pan" | "box" | "lasso";

/** The tool in hand; Shift and a drag is a box with any of them. */
export const tool = signal<ToolName>("pan");

/** What can be selected on: sets one by one, or counts. */
export type Surface = {
  readonly canvas: HTMLCanvasElement;
  readonly size: () => Size | null;
  readonly camera: () => CameraLike;
} & (
  | {
      readonly kind: "sets";
      readonly data: () => SceneData | null;
      readonly layout: () => Layout | null;
    }
  | { readonly kind: "density"; readonly picture: () => Picture | null }
);

export const surface = signal<Surface | null>(null);

/** A chip that was made on the map, in words, and what may have been meant instead. */
export interface Selection {
  readonly predicate: string;
  readonly says: string;
  readonly instead?: Omit<Selection, "instead"> | null;
}

/** The last one. */
export const lastSelection = signal<Selection | null>(null);
