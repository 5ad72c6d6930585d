/** What is drawn with the pointer, and what it selects. */

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export type Shape =
  | { readonly kind: "box"; readonly box: Box }
  | { readonly kind: "lasso"; readonly points: readonly number[] };

/** What a shape selects: a chip, or why there is none. */
export interface Choice {
  /** Null where nothing is selected, or what is cannot be said in a link. */
  readonly predicate: string | null;
  /** In words, as `rank 3 to 5, 0.61 to 0.72`. */
  readonly says: string;
  /** How many sets of the picture; of a sample only the drawn ones are known. */
  readonly sets: number;
  /** Whether the picture is a sample: the predicate then holds of sets that are not drawn, too. */
  readonly sampled?: boolean;
  /** On a sample: only the drawn ones, where a list of them is short. */
  readonly listed?: { readonly predicate: string; readonly says: string } | null;
  readonly refusal: string | null;
  /** The box as it is meant: whole ranks, whole cells. */
  readonly snapped: Box | null;
}
