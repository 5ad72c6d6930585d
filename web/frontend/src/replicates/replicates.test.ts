import { describe, expect, it } from "vitest";
import type { Cell, Replicate } from "../api/types";
import { dotSays, inUnit, kindsSay, levels, named, nearestDot, rangeSays, stripOf } from "./utils";

/** Numbers without order, the same in every run. */
const random = (count: number) => Array.from({ length: count }, (_, i) => (i * 0.618034 * 7.3) % 1);

const one = (score: number, label: string | null, kind: Replicate["kind"] = "shared") => ({
  score,
  label,
  kind,
});
const cellOf = (scores: readonly number[], error: number | null = null): Cell => ({
  mean: scores.reduce((a, b) => a + b, 0) / scores.length,
  standard_error: error,
  replicates: scores.length,
  origin: "measured",
});

describe("stacked dots", () => {
  it("never overlap on a level, and stack no higher than they have to", () => {
    for (const count of [1, 2, 7, 40, 200]) {
      const places = random(count).map((value) => 300 * value);
      const found = levels(places, 9);
      places.forEach((place, i) => {
        places.forEach((other, j) => {
          if (i < j && found[i] === found[j])
            expect(Math.abs(place - other)).toBeGreaterThanOrEqual(9);
        });
      });
      // As many levels as dots lie over one place, counted at every place.
      const depth = Math.max(
        ...places.map((left) => places.filter((each) => each > left - 9 && each <= left).length),
      );
      expect(Math.max(...found) + 1).toBe(depth);
    }
  });

  it("stand on the axis in the order of their scores, inside the strip", () => {
    const scores = random(30).map((value) => 0.4 + 0.1 * value);
    const strip = stripOf(
      cellOf(scores, 0.006),
      scores.map((score, i) => one(score, `${i}`)),
      288,
      3,
    );
    const sorted = [...strip.dots].sort((a, b) => a.replicate.score - b.replicate.score);
    sorted.slice(1).forEach((dot, i) => {
      expect(dot.x).toBeGreaterThanOrEqual(sorted[i]?.x ?? 0);
    });
    for (const { x, y } of strip.dots) {
      expect(x).toBeGreaterThanOrEqual(3);
      expect(x).toBeLessThanOrEqual(285);
      expect(y + 3).toBeLessThan(strip.axis);
      expect(y).toBeGreaterThan(strip.mean.y + 8);
    }
    const [low, high] = strip.error ?? [0, 0];
    expect((low + high) / 2).toBeCloseTo(strip.mean.x, 9);
    // One scale: the bar is as long as twice the error on the dots' scale.
    const [first, last] = [sorted[0], sorted.at(-1)];
    const pixels = (last?.x ?? 0) - (first?.x ?? 0);
    const span = (last?.replicate.score ?? 0) - (first?.replicate.score ?? 0);
    expect(high - low).toBeCloseTo((0.012 * pixels) / span, 6);
  });

  it("stay a strip when all scores are alike", () => {
    const many = Array.from({ length: 100 }, (_, i) => one(0.5, `${i}`));
    const strip = stripOf(
      cellOf(
        many.map(({ score }) => score),
        0,
      ),
      many,
      288,
      3,
    );
    expect(strip.height).toBeLessThan(110);
    expect(strip.dots.every(({ x }) => x === strip.dots[0]?.x)).toBe(true);
    expect(new Set(strip.ticks.map(({ text }) => text)).size).toBe(strip.ticks.length);
  });

  it("have ticks with as many digits as tell them apart", () => {
    const scores = [0.80001, 0.80002, 0.80004];
    const found = stripOf(
      cellOf(scores),
      scores.map((score, i) => one(score, `${i}`)),
      600,
      4,
    );
    expect(found.error).toBeNull();
    expect(new Set(found.ticks.map(({ text }) => text)).size).toBe(found.ticks.length);
    expect(found.ticks.length).toBeGreaterThan(1);
  });

  it("are found by a finger near them, and not from afar", () => {
    const strip = stripOf(cellOf([0, 1]), [one(0, "a"), one(1, "b")], 300, 4);
    const [first, second] = strip.dots;
    expect(nearestDot(strip, (first?.x ?? 0) + 9, (first?.y ?? 0) - 5)).toBe(first);
    expect(nearestDot(strip, (second?.x ?? 0) - 3, second?.y ?? 0)).toBe(second);
    expect(nearestDot(strip, 150, 0)).toBeNull();
  });
});

describe("words of replicates", () => {
  it("say score, sign and unit", () => {
    expect(dotSays(one(0.4376, "7"), 0.469, null)).toBe(
      "replicate 7: 0.4376, −0.0314 from the mean",
    );
    expect(dotSays(one(0.4376, "7"), 0.469, null, false)).toBe("7: 0.4376, −0.0314 from the mean");
    expect(dotSays(one(12, "a b"), 10, "ms")).toBe("replicate a b: 12 ms, +2 from the mean");
    expect(rangeSays([one(0.5, "1"), one(0.25, "2")], null)).toBe("2 replicates, 0.25 to 0.5");
    expect(rangeSays([one(3, "1"), one(3, "2")], "s")).toBe("2 replicates, all 3 s");
    expect(inUnit(-1.5, "°C")).toBe("−1.5 °C");
  });

  it("say what has no name, and every kind once", () => {
    expect(named(one(1, null, "unlabelled"))).toBe("replicate without a name");
    const mixed = [one(1, "1"), one(2, "2"), one(3, "3", "unlabelled")];
    expect(kindsSay(mixed)).toHaveLength(2);
    expect(kindsSay(mixed)[1]).toContain("is not known");
  });
});
