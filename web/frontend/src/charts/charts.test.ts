import { describe, expect, it } from "vitest";
import type { ChartValue, Series } from "./types";
import {
  allFit,
  bandPath,
  every,
  extentOfSeries,
  leapPath,
  linePath,
  nearestIndex,
  padded,
  plotOf,
  quietest,
  ticksOf,
} from "./utils";

const MARGINS = { left: 50, right: 50, top: 10, bottom: 10 };
const values = (...all: (number | null)[]): ChartValue[] => all.map((value) => ({ value }));
const series = (name: string, all: readonly ChartValue[]): Series => ({
  name,
  look: "",
  values: all,
});

describe("where values are placed", () => {
  const plot = plotOf(300, 120, MARGINS, [0, 4], [1, 3]);

  it("maps extents onto the box, the larger the higher", () => {
    expect([0, 2, 4].map(plot.x)).toEqual([50, 150, 250]);
    expect([1, 2, 3].map(plot.y)).toEqual([110, 60, 10]);
  });

  it("puts a single value into the middle", () => {
    const flat = plotOf(300, 120, MARGINS, [0, 1], [0.4, 0.4]);
    expect(flat.y(0.4)).toBeCloseTo(60);
    expect(plotOf(300, 120, MARGINS, [0, 1], [0, 0]).y(0)).toBe(60);
  });

  it("breaks a line where a value is missing or aside, and never draws it as 0", () => {
    const line = [...values(1, 2, null, 3), { value: 0, aside: true }, { value: 1 }];
    const wider = plotOf(300, 120, MARGINS, [0, 5], [1, 3]);
    expect(linePath(line, wider)).toBe("M50,110L90,60M170,10M250,110");
  });

  it("dashes what leads to a leap", () => {
    const leaping = [{ value: 1 }, { value: 2, leap: true }, { value: 2 }];
    expect(linePath(leaping, plot)).toBe("M50,110M100,60L150,60");
    expect(leapPath(leaping, plot)).toBe("M50,110L100,60");
  });

  it("closes a band around runs that have both ends", () => {
    const band = [
      { value: 2, low: 1, high: 3 },
      { value: 2, low: 2, high: 2 },
      { value: 2 },
      { value: 2, low: 1, high: 3 },
    ];
    expect(bandPath(band, plot)).toBe("M50,10L100,60L100,60L50,110Z");
  });

  it("finds the step under a pointer", () => {
    expect([-20, 74, 76, 149, 999].map((x) => nearestIndex(x, 5, plot))).toEqual([0, 0, 1, 2, 4]);
    expect(nearestIndex(200, 1, plot)).toBe(0);
  });
});

describe("extents", () => {
  it("take values, bars and levels, not what is aside", () => {
    const one = series("one", [
      { value: 0.5, low: 0.4, high: 0.6 },
      { value: 0, aside: true },
    ]);
    expect(extentOfSeries([one])).toEqual([0.4, 0.6]);
    expect(extentOfSeries([one], [0.9])).toEqual([0.4, 0.9]);
    expect(extentOfSeries([series("none", values(null))], [0.9])).toBeNull();
  });

  it("are padded on both sides", () => {
    expect(padded([0, 10], 0.1)).toEqual([-1, 11]);
  });

  it("have round ticks inside", () => {
    const ticks = ticksOf([0.466, 0.571], 4, (value) => value.toFixed(2));
    expect(ticks.map(({ text }) => text)).toEqual(["0.48", "0.50", "0.52", "0.54", "0.56"]);
  });
});

describe("labels", () => {
  it("fit or do not", () => {
    expect(allFit(["+a", "+b"], 40)).toBe(true);
    expect(allFit(["+a", "+related-series-books"], 40)).toBe(false);
  });

  it("stand where they hide least", () => {
    const plot = plotOf(300, 120, MARGINS, [0, 1], [0, 1]);
    const rising = series("rising", values(0, 1));
    const box = { width: 60, height: 14 };
    const [low, high] = [
      { left: 60, top: 90, ...box },
      { left: 60, top: 20, ...box },
    ];
    expect(quietest([low, high], [rising], plot)).toBe(high);
    expect(quietest([low, high], [rising], plot, [high])).toBe(low);
    expect(quietest([{ left: 60, top: -40, ...box }, high], [], plot)).toBe(high);
  });

  it("are thinned to round steps", () => {
    expect(every(10, 600, 44)).toBe(1);
    expect(every(21, 600, 44)).toBe(2);
    expect(every(1_000, 600, 44)).toBe(100);
    expect(every(300, 600, 44)).toBe(50);
  });
});
