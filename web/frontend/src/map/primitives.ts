/** Makers of primitives, and the boxes that keep labels apart. */
import { textWidth } from "./text";
import type { Dots, Label, Lines, Points, Rects } from "./types";

export { textWidth };

export type Box = readonly [left: number, top: number, right: number, bottom: number];

export function lines(points: Points, color: string, more: Partial<Lines> = {}): Lines {
  return { kind: "lines", points, color, width: 1, dash: [], opacity: 1, ...more };
}

export function dots(points: Points, radius: number, more: Partial<Dots> = {}): Dots {
  return { kind: "dots", points, radius, fill: null, stroke: null, width: 1, opacity: 1, ...more };
}

export function rects(points: Points, more: Partial<Rects> = {}): Rects {
  return { kind: "rects", points, fill: null, stroke: null, width: 1, opacity: 1, ...more };
}

export function label(x: number, y: number, text: string, more: Partial<Label> = {}): Label {
  return {
    kind: "label",
    x,
    y,
    text,
    color: "",
    halo: null,
    align: "left",
    baseline: "middle",
    size: 12,
    bold: false,
    ...more,
  };
}

export function boxAt(left: number, middle: number, width: number): Box {
  return [left - 2, middle - 7.5, left + width + 2, middle + 7.5];
}

export function free(taken: readonly Box[], box: Box): boolean {
  return !taken.some(
    (other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3],
  );
}

/** At most so many characters; the middle of a long name goes, since ends tell names apart. */
export function shortened(text: string, most: number): string {
  const characters = [...text];
  if (characters.length <= most) return text;
  const end = Math.floor((most - 1) / 2);
  const start = characters.slice(0, most - 1 - end).join("");
  return `${start}…${characters.slice(characters.length - end).join("")}`;
}

/** The longest shortening of a text that is at most so many pixels wide. */
export function fitted(text: string, pixels: number, size: number, bold = false): string {
  if (textWidth(text, size, bold) <= pixels) return text;
  let [low, high] = [2, [...text].length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (textWidth(shortened(text, middle), size, bold) <= pixels) low = middle;
    else high = middle - 1;
  }
  return shortened(text, low);
}
