/** Linear scales and their ticks: all that axes need, in the shape of d3-scale's. */
import { nice, ticks } from "d3-array";

export type Ends = readonly [start: number, end: number];

/** From values to places, and back. */
export interface Linear {
  (value: number): number;
  readonly invert: (place: number) => number;
  readonly ends: Ends;
}

/** The scale that takes the ends of `values` to the ends of `places`. */
export function linear(values: Ends, places: Ends): Linear {
  return Object.assign(between(values, places), {
    invert: between(places, values),
    ends: places,
  });
}

/** Ends at round numbers, for about so many ticks. */
export function rounded([start, end]: Ends, many: number): Ends {
  return start === end ? [start, end] : nice(start, end, many);
}

/** About so many round numbers between the ends. */
export function ticksWithin([start, end]: Ends, many: number): number[] {
  return ticks(start, end, many);
}

function between([from, to]: Ends, [start, end]: Ends): (value: number) => number {
  // Values of no extent stand in the middle.
  return (value) => start + (from === to ? 0.5 : (value - from) / (to - from)) * (end - start);
}
