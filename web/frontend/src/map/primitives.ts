/** Makers of primitives, and the boxes that keep labels apart. */
import type { Dots, Label, Lines } from "./types";

export type Box = readonly [left: number, top: number, right: number, bottom: number];

export function lines(points: readonly number[], color: string, more: Partial<Lines> = {}): Lines {
  return { kind: "lines", points, color, width: 1, dash: [], opacity: 1, ...more };
}

export function dots(points: readonly number[], radius: number, more: Partial<Dots> = {}): Dots {
  return { kind: "dots", points, radius, fill: null, stroke: null, width: 1, opacity: 1, ...more };
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
  return [left - 2, middle - 6.5, left + width + 2, middle + 6.5];
}

export function free(taken: readonly Box[], box: Box): boolean {
  return !taken.some(
    (other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3],
  );
}

/** Near enough for placing labels: the page's font is about 0.6 em wide. */
export function textWidth(text: string, size: number): number {
  return text.length * size * 0.6;
}

export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = Math.floor((most - 1) / 2);
  return `${text.slice(0, most - 1 - end)}…${text.slice(text.length - end)}`;
}
