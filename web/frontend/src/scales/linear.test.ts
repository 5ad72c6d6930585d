import { scaleLinear } from "d3-scale";
import { describe, expect, it } from "vitest";
import { linear, rounded, ticksWithin } from "./linear";
import { ramp } from "./ramps";

const SPANS: readonly (readonly [number, number])[] = [
  [0, 1],
  [0.6123, 0.8791],
  [-3.2, 17],
  [0.4999, 0.5001],
  [1, 0],
  [880, 1_204_417],
  [0, 14],
  [2, 2],
];

describe("linear scales are those of d3-scale", () => {
  it.each(SPANS)("from %d to %d", (start, end) => {
    const theirs = scaleLinear([start, end], [500, 20]);
    const ours = linear([start, end], [500, 20]);
    for (const share of [-0.5, 0, 0.3, 1, 1.2]) {
      const value = start + share * (end - start);
      expect(ours(value)).toBeCloseTo(theirs(value), 9);
      if (start !== end) {
        expect(ours.invert(ours(value))).toBeCloseTo(theirs.invert(theirs(value)), 9);
      }
    }
  });

  it.each(SPANS)("with the same round ends and ticks from %d to %d", (start, end) => {
    for (const many of [3, 6, 12]) {
      expect(ticksWithin([start, end], many)).toEqual(
        scaleLinear([start, end], [0, 1]).ticks(many),
      );
      const theirs = scaleLinear([start, end], [0, 1]).nice(many).domain();
      expect(rounded([start, end], many)).toEqual(theirs);
    }
  });
});

describe("ramps", () => {
  it("go straight from color to color and stay at their ends", () => {
    const gray = ramp("000000804020ffffff");
    expect([-1, 0, 0.25, 0.5, 1, 2].map(gray)).toEqual([
      "#000000",
      "#000000",
      "#402010",
      "#804020",
      "#ffffff",
      "#ffffff",
    ]);
  });
});
