/** Where the neighborhood star puts its sets: larger ones above the center, smaller ones below. */
import type { MissingNeighbor, Neighbor } from "../api/types";
import { sorted } from "./utils";

const EDGE = 8;
const LEAST_PLACES = 3;

/** The room that a star has: `slot` is the least width of a place, `row` the height of a row. */
export interface StarFrame {
  readonly width: number;
  readonly slot: number;
  readonly row: number;
  /** Room above the first and below the last row, for what is written there. */
  readonly margin: number;
}

interface Placed {
  readonly x: number;
  readonly y: number;
  /** How many objects more than the center. */
  readonly offset: number;
  /** Pixels to the next place of the row. */
  readonly room: number;
}

/** A stored neighbor, one that is not stored, or how many of either are not drawn. */
export type StarEnd = Placed &
  (
    | { readonly kind: "stored"; readonly neighbor: Neighbor }
    | { readonly kind: "missing"; readonly missing: MissingNeighbor }
    | { readonly kind: "more"; readonly of: "stored" | "missing"; readonly count: number }
  );

type End = StarEnd extends infer T ? (T extends Placed ? Omit<T, keyof Placed> : never) : never;

export interface StarLayout {
  readonly center: { readonly x: number; readonly y: number };
  readonly height: number;
  readonly ends: readonly StarEnd[];
  readonly rows: readonly { readonly offset: number; readonly y: number }[];
}

/**
 * The star of these neighbors. Each row holds the sets with as many objects, from the best to the
 * worst and then those that are not stored; of a row that is too long, the best and the worst are
 * placed, and an end in the middle counts the others.
 */
export function starLayout(
  neighbors: readonly Neighbor[],
  missing: readonly MissingNeighbor[],
  higherIsBetter: boolean,
  frame: StarFrame,
): StarLayout {
  const offsetOf = ({ added, removed }: Neighbor | MissingNeighbor) =>
    added.length - removed.length;
  const offsets = new Set([0, ...neighbors.map(offsetOf), ...missing.map(offsetOf)]);
  const rows = [...offsets]
    .sort((a, b) => b - a)
    .map((offset, place) => ({ offset, y: frame.margin + place * frame.row }));
  const center = { x: frame.width / 2, y: rows.find(({ offset }) => offset === 0)?.y ?? 0 };
  const ranked = sorted(neighbors, higherIsBetter);
  const ends = rows.flatMap(({ offset, y }) => {
    const places = Math.floor((frame.width - 2 * EDGE) / frame.slot) - (offset === 0 ? 1 : 0);
    const chosen = endsOfRow(
      ranked.filter((each) => offsetOf(each) === offset),
      missing.filter((each) => offsetOf(each) === offset),
      Math.max(LEAST_PLACES, places),
    );
    const found = offset === 0 ? aside(chosen.length, frame) : across(chosen.length, frame);
    return chosen.map((end, place): StarEnd => {
      const { x = 0, room = 0 } = found[place] ?? {};
      return { ...end, x, y, offset, room };
    });
  });
  return { center, height: (rows.at(-1)?.y ?? 0) + frame.margin, ends, rows };
}

/** At most `places` ends for a row, from the best to the worst and then the missing ones. */
function endsOfRow(
  stored: readonly Neighbor[],
  missing: readonly MissingNeighbor[],
  places: number,
): End[] {
  const fits = stored.length + missing.length <= places;
  const hollow = fits ? missing.length : missing.length > 0 ? 1 : 0;
  const solid = fits ? stored.length : Math.min(stored.length, places - hollow);
  const best = solid < stored.length ? Math.ceil((solid - 1) / 2) : stored.length;
  const worst = solid < stored.length ? solid - 1 - best : 0;
  const hidden = stored.length - best - worst;
  const asStored = (neighbor: Neighbor): End => ({ kind: "stored", neighbor });
  const ends = stored.slice(0, best).map(asStored);
  if (hidden > 0) {
    ends.push({ kind: "more", of: "stored", count: hidden });
    ends.push(...stored.slice(stored.length - worst).map(asStored));
  }
  if (fits || missing.length === 1) {
    ends.push(...missing.map((each): End => ({ kind: "missing", missing: each })));
  } else if (missing.length > 0) {
    ends.push({ kind: "more", of: "missing", count: missing.length });
  }
  return ends;
}

/** Even places over the whole width. */
function across(count: number, { width }: StarFrame): { x: number; room: number }[] {
  const room = (width - 2 * EDGE) / Math.max(1, count);
  return Array.from({ length: count }, (_, place) => ({ x: EDGE + room * (place + 0.5), room }));
}

/** Even places on both sides of the center. */
function aside(count: number, { width, slot }: StarFrame): { x: number; room: number }[] {
  const left = Math.ceil(count / 2);
  const half = (width - slot) / 2 - EDGE;
  const room = half / Math.max(1, left);
  return Array.from({ length: count }, (_, place) => {
    const onLeft = place < left;
    const x = onLeft ? EDGE + room * (place + 0.5) : width - EDGE - room * (count - place - 0.5);
    return { x, room };
  });
}
