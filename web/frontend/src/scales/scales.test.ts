import { interpolateViridis } from "d3-scale-chromatic";
import { describe, expect, it } from "vitest";
import type { Measure } from "../api/types";
import { cellText, effectOf, extentOf, number, scoreColors, share, signed } from ".";
import { viridis } from "./ramps";

const lower = { metric: { direction: "lower" } } as Measure;
const higher = { metric: { direction: "higher" } } as Measure;

describe("numbers", () => {
  it("have a real minus sign, an explicit plus, and no trailing zeros", () => {
    expect([0.14, -0.14, 0, -0.33, 13, 1234.5, 12.345].map(number)).toEqual([
      "0.14",
      "−0.14",
      "0",
      "−0.33",
      "13",
      "1235",
      "12.35",
    ]);
    expect([0.0067, -0.0067, 0].map(signed)).toEqual(["+0.0067", "−0.0067", "0"]);
  });

  it("that are tiny are not shown as 0", () => {
    expect(number(0.0000123)).toBe("0.000012");
    expect(signed(-1e-9)).toBe("−1.0e−9");
  });

  it("that are shares are not rounded to all or nothing", () => {
    expect([0, 1, 0.9375, 0.00001, 0.99999].map(share)).toEqual([
      "0%",
      "100%",
      "93.75%",
      "<0.01%",
      ">99.99%",
    ]);
  });
});

describe("a cell in words", () => {
  it("says what is not known", () => {
    const cell = { mean: 0.5, standard_error: null, replicates: 1, origin: "measured" } as const;
    expect(cellText(cell)).toContain("error unknown");
    expect(cellText({ ...cell, origin: "declared" })).toContain("not measured");
    expect(cellText(null)).toBe("no score");
    expect(cellText({ ...cell, standard_error: 0.01, replicates: 30 })).toBe(
      "0.5 ± 0.01 (standard error, 30 replicates)",
    );
  });
});

describe("effects", () => {
  it("follow the metric's direction", () => {
    expect([effectOf(1, higher), effectOf(1, lower), effectOf(0, lower)]).toEqual([
      "better",
      "worse",
      "equal",
    ]);
  });
});

describe("colors", () => {
  it("are brighter for better scores, whatever the direction", () => {
    const brightness = (color: string) => {
      const parts = (color.match(/[0-9a-f]{2}/g) ?? []).map((part) => Number.parseInt(part, 16));
      const [red = 0, green = 0, blue = 0] = parts;
      return red + green + blue;
    };
    const up = scoreColors([0, 1], true);
    const down = scoreColors([0, 1], false);
    expect(brightness(up(1))).toBeGreaterThan(brightness(up(0)));
    expect(brightness(down(0))).toBeGreaterThan(brightness(down(1)));
    expect(up(0.3)).toBe(down(0.7));
  });

  it("are those of viridis", () => {
    const bytes = (color: string) =>
      color.startsWith("#")
        ? [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
        : (color.match(/\d+/g) ?? []).map(Number);
    for (let t = -0.25; t <= 1.25; t += 1 / 64) {
      const whole = bytes(interpolateViridis(Math.max(0, Math.min(1, t))));
      bytes(viridis(t)).forEach((byte, channel) => {
        expect(Math.abs(byte - (whole[channel] ?? -9))).toBeLessThanOrEqual(3.5);
      });
    }
  });

  it("exist where all scores are equal", () => {
    expect(scoreColors([0.5, 0.5], true)(0.5)).toMatch(/^(rgb|#)/);
  });

  it("leave missing scores out of the extent", () => {
    expect(extentOf([null, 2, -1, null])).toEqual([-1, 2]);
    expect(extentOf([null])).toBeNull();
  });
});
