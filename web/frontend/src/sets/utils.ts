/** Names of sets and of changes, as short as a label needs them and never silently cut. */
import type { Contrast, DataObject, Delta, Neighborhood } from "../api/types";
import { positionsOf, setTable, spell } from "../subsets";

/** `−B`, `+A −C`: what a set has more and less than another. */
export function changeText(added: readonly string[], removed: readonly string[]): string {
  return [...added.map((name) => `+${name}`), ...removed.map((name) => `−${name}`)].join(" ");
}

/** A text of at most `longest` letters; where it is cut, an ellipsis says so. */
export function clipped(text: string, longest: number): string {
  const letters = [...text];
  return letters.length <= longest ? text : `${letters.slice(0, longest - 1).join("")}…`;
}

/** The objects of the set with this key. */
export function members(objects: readonly DataObject[], key: string): DataObject[] {
  const held = setTable([key], objects.length);
  return positionsOf(held, 0).flatMap((position) => objects[position] ?? []);
}

/**
 * A label of a set: its spelling where that is short, else its complement where that is, else
 * its first objects and how many it has of all.
 */
export function shortName(objects: readonly DataObject[], key: string, longest: number): string {
  if (!key.startsWith("~")) return clipped(key, longest);
  const names = objects.map((object) => object.name);
  const held = positionsOf(setTable([key], names.length), 0);
  const whole = spell(names, held);
  if ([...whole].length <= longest) return whole;
  if (objects.every((object) => object.variant_of === null)) {
    const within = new Set(held);
    const outside = names.flatMap((_, position) => (within.has(position) ? [] : [position]));
    const complement = outside.length === 0 ? "all" : `^${spell(names, outside)}`;
    if ([...complement].length <= longest && !names.includes(complement)) return complement;
  }
  const counted = ` (${held.length} of ${names.length})`;
  return `${clipped(whole, Math.max(4, longest - counted.length))}${counted}`;
}

/** Whether a text is a key that can be of a set over these objects. */
export function isKeyOf(objects: readonly DataObject[], text: string): boolean {
  if (!/^~([0-9a-f]{2})*$/.test(text) || text.endsWith("00")) return false;
  const bytes = (text.length - 1) / 2;
  const last = Number.parseInt(text.slice(-2), 16);
  const highest = bytes === 0 ? -1 : (bytes - 1) * 8 + 31 - Math.clz32(last);
  if (highest >= objects.length) return false;
  const bases = members(objects, text).map((object) => object.variant_of ?? object.name);
  return new Set(bases).size === bases.length;
}

/** Least, quartiles and largest change as places from 0 to 100, with no change at 50. */
export function quantileMarks(
  [least, first, middle, third, most]: readonly [number, number, number, number, number],
  reach: number,
): readonly [number, number, number, number, number] {
  const place = (value: number) => 50 + (50 * value) / reach;
  return [place(least), place(first), place(middle), place(third), place(most)];
}

/** An interaction as a change, so that it is drawn and written like one. */
export function interactionDelta(
  contrast: Contrast,
  reading: "complements" | "substitutes" | "neither" | null,
): Delta {
  const effects = { complements: "better", substitutes: "worse", neither: "equal" } as const;
  return { ...contrast, effect: reading === null ? null : effects[reading] };
}

/** Where a score lies between the ends of a scale, from 0 to 100. */
export function placeOn([low, high]: readonly [number, number], value: number): number {
  return high === low ? 50 : (100 * (value - low)) / (high - low);
}

/** The loaded neighbors and, of those that are not, the worst of every side. */
export function withWorst({ neighbors, summaries }: Neighborhood): Neighborhood["neighbors"] {
  const known = new Set(neighbors.map((each) => each.training_set.key));
  const worst = summaries.flatMap(({ deltas: [delta] }) => delta?.worst ?? []);
  const others = worst.filter((each) => !known.has(each.training_set.key));
  return [
    ...neighbors,
    ...others.map(({ delta, ...set }) => ({
      ...set,
      move: null,
      cells: [],
      deltas: [delta],
      distance: set.added.length + set.removed.length,
    })),
  ];
}
