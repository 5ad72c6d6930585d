import { describe, expect, it } from "vitest";
import type { Histogram, Measure } from "../../api/types";
import { setTable } from "../../subsets";
import { pictureOf, rectOf, UNSCORED } from "../density/utils";
import { landscape, lattice, rankRows, ranksOf } from "../layouts";
import type { SceneData } from "../scene";
import type { CameraLike, Layout } from "../types";
import { chooseSampled } from "./sample";
import type { Box } from "./types";
import { chooseCells, chooseSets, isInside, MOST_LISTED, rounded, rowsWithin } from "./utils";

const SIZE = { width: 800, height: 600 };
const HOME: CameraLike = { x: 0, y: 0, k: 1 };
const N = 6;
const KEYS = Array.from({ length: 2 ** N }, (_, mask) =>
  mask === 0 ? "~" : `~${mask.toString(16).padStart(2, "0")}`,
);
const TABLE = setTable(KEYS, N);
const RANKS = ranksOf(TABLE);
/** Spread without order; a few sets have no score, and the empty one a declared score. */
const SCORES = KEYS.map((_, row) => (row % 13 === 5 ? null : ((row * 37) % 64) / 64));
const MEASURED = SCORES.map((score, row) => (row === 0 ? null : score));

function data(more: Partial<SceneData> = {}): SceneData {
  return {
    table: TABLE,
    scores: SCORES,
    measured: MEASURED,
    colors: MEASURED,
    colorOf: () => "",
    inside: KEYS.length,
    measure: { name: "m", metric: { direction: "higher" } } as Measure,
    nameOf: (row) => KEYS[row] ?? "",
    objectNames: [],
    moves: null,
    ...more,
  };
}

/** A predicate read by hand: `among` lists keys, the rest is the same in JavaScript. */
function matching(predicate: string): number[] {
  const code = predicate
    .replaceAll(/among\(([^)]*)\)/g, "[$1].includes(key)")
    .replaceAll('not evaluated("m")', "score === null")
    .replaceAll('declared("m")', '(key === "~")')
    .replaceAll('score("m")', "known")
    .replaceAll("not ", "!")
    .replaceAll(" and ", " && ")
    .replaceAll(" or ", " || ");
  const holds = new Function("rank", "score", "known", "key", `return ${code}`);
  return KEYS.flatMap((key, row) => {
    const score = SCORES[row] ?? null;
    return holds(RANKS[row], score, score ?? Number.NaN, key) ? [row] : [];
  });
}

const LAND = landscape(TABLE, MEASURED, "m", SIZE);

/** The box around ranks and scores, in pixels at a camera. */
function boxOf(layout: Layout, ranks: [number, number], scores: [number, number], camera = HOME) {
  const { scales } = layout;
  if (!scales) throw new Error("no scales");
  const x = (rank: number) => scales.xOf(rank) * camera.k + camera.x;
  const y = (score: number) => scales.yOf(score) * camera.k + camera.y;
  return { left: x(ranks[0]), right: x(ranks[1]), top: y(scores[1]), bottom: y(scores[0]) };
}

describe("a box on the landscape", () => {
  it("becomes a predicate of exactly the sets that it says, at any camera", () => {
    for (const camera of [HOME, { x: -300, y: -120, k: 2.5 }]) {
      const box = boxOf(LAND, [1.6, 4.4], [0.2, 0.61], camera);
      const choice = chooseSets(data(), LAND, camera, { kind: "box", box });
      const found = matching(choice.predicate ?? "");
      expect(found.length).toBe(choice.sets);
      const expected = KEYS.flatMap((_, row) => {
        const [rank, score] = [RANKS[row] ?? 0, MEASURED[row] ?? null];
        return rank >= 2 && rank <= 4 && score !== null && score > 0.2 && score < 0.61 ? [row] : [];
      });
      expect(found).toEqual(expected);
      expect(choice.says).toContain("rank 2 to 4, 0.2");
    }
  });

  it("means the rank around it where it holds the middle of none", () => {
    const box = boxOf(LAND, [3.1, 3.3], [0, 1]);
    const choice = chooseSets(data(), LAND, HOME, { kind: "box", box });
    expect(choice.predicate).toContain("rank == 3 and");
    expect(matching(choice.predicate ?? "").length).toBe(choice.sets);
  });

  it("takes sets without a score with the strip that they stand in, the declared one too", () => {
    const strip = LAND.scales?.strip;
    const bottom = (strip?.middle ?? 0) + 5;
    const box: Box = { ...boxOf(LAND, [-0.3, 6.3], [0, 1]), top: (strip?.middle ?? 0) - 4, bottom };
    const choice = chooseSets(data(), LAND, HOME, { kind: "box", box });
    const hollow = KEYS.flatMap((_, row) => (MEASURED[row] === null ? [row] : []));
    expect(matching(choice.predicate ?? "")).toEqual(hollow);
    expect(choice.sets).toBe(hollow.length);
    const all = { ...box, top: 0 };
    const both = chooseSets(data(), LAND, HOME, { kind: "box", box: all });
    expect(matching(both.predicate ?? "").length).toBe(KEYS.length);
  });

  it("leaves out a declared score, which stands in the strip", () => {
    const box = boxOf(LAND, [-0.2, 0.2], [-0.02, 1]);
    const choice = chooseSets(data(), LAND, HOME, { kind: "box", box });
    expect(choice.sets).toBe(0);
    expect(choice.predicate).toBeNull();
    const wider = chooseSets(data(), LAND, HOME, {
      kind: "box",
      box: boxOf(LAND, [-0.2, 1.2], [-0.02, 1]),
    });
    expect(matching(wider.predicate ?? "")).not.toContain(0);
    expect(matching(wider.predicate ?? "").length).toBe(wider.sets);
  });

  it("does not count sets that are drawn only because they are marked", () => {
    const box = boxOf(LAND, [-0.4, 6.4], [-0.1, 1.1]);
    const all = chooseSets(data(), LAND, HOME, { kind: "box", box });
    const fewer = chooseSets(data({ inside: 60 }), LAND, HOME, { kind: "box", box });
    expect(fewer.sets).toBeLessThan(all.sets);
  });
});

describe("shapes that list sets", () => {
  it("a lasso lists exactly the sets inside its outline", () => {
    const points = [100, 50, 600, 80, 500, 420, 140, 300];
    const choice = chooseSets(data(), LAND, HOME, { kind: "lasso", points });
    const inside = rowsWithin(data(), LAND, HOME, { kind: "lasso", points });
    expect(inside.length).toBeGreaterThan(3);
    expect(matching(choice.predicate ?? "")).toEqual(inside);
  });

  it("a box lists sets where places are no scores", () => {
    for (const layout of [lattice(TABLE, SIZE), rankRows(TABLE, MEASURED, SIZE)]) {
      const box = { left: 200, top: 100, right: 500, bottom: 400 };
      const choice = chooseSets(data(), layout, HOME, { kind: "box", box });
      const expected = KEYS.flatMap((_, row) => {
        const [x, y] = [layout.x[row] ?? 0, layout.y[row] ?? 0];
        return x >= 200 && x <= 500 && y >= 100 && y <= 400 ? [row] : [];
      });
      expect(matching(choice.predicate ?? "")).toEqual(expected);
    }
  });

  it("refuses lists that a link cannot hold, and offers the box", () => {
    const keys = Array.from({ length: MOST_LISTED + 1 }, (_, i) => `~${"00".repeat(i)}01`);
    const table = setTable(keys, 8 * (MOST_LISTED + 1));
    const scores = keys.map((_, row) => row);
    const many = data({ table, scores, measured: scores, inside: keys.length });
    const layout = landscape(table, scores, "m", SIZE);
    const points = [0, 0, 800, 0, 800, 600, 0, 600];
    const choice = chooseSets(many, layout, HOME, { kind: "lasso", points });
    expect(choice.predicate).toBeNull();
    expect(choice.refusal).toContain("201 sets are too many");
    expect(choice.refusal).toContain("Draw a box instead");
  });

  it("tells inside from outside of an outline with a notch", () => {
    const outline = [0, 0, 10, 0, 10, 10, 5, 4, 0, 10];
    expect(isInside(outline, 5, 2)).toBe(true);
    expect(isInside(outline, 5, 8)).toBe(false);
    expect(isInside(outline, 9, 8)).toBe(true);
    expect(isInside(outline, 11, 5)).toBe(false);
  });
});

describe("shapes on a density", () => {
  const edges = [0, 0.25, 0.5, 0.75, 1];
  const histogram: Histogram = {
    measure: "m",
    better: "higher",
    edges,
    ranks: [0, 1, 2, 3, 4, 5, 6],
    counts: [0, 1, 2, 3, 4, 5, 6].map((rank) =>
      [0, 1, 2, 3].map(
        (bin) =>
          SCORES.filter((score, row) => {
            if (score === null || RANKS[row] !== rank) return false;
            return score >= (edges[bin] ?? 0) && score < (edges[bin + 1] ?? 0);
          }).length,
      ),
    ),
    declared: [0, 0, 0, 0, 0, 0, 0],
    missing: [0, 1, 2, 3, 4, 5, 6].map(
      (rank) => SCORES.filter((score, row) => score === null && RANKS[row] === rank).length,
    ),
    total: KEYS.length,
  };
  const picture = pictureOf(histogram, null, [], [], "m", SIZE);

  it("a box selects the cells whose middles it holds, all of their sets and no other", () => {
    const [left, top] = rectOf(picture, { row: 2, bin: 2 }, HOME);
    const [right, bottom, width, height] = rectOf(picture, { row: 4, bin: 1 }, HOME);
    const box = { left: left - 3, top: top - 3, right: right + width, bottom: bottom + height };
    const choice = chooseCells(picture, HOME, { kind: "box", box });
    expect(choice.predicate).toBe(
      'rank >= 2 and rank <= 4 and score("m") >= 0.25 and score("m") < 0.75',
    );
    expect(matching(choice.predicate ?? "").length).toBe(choice.sets);
    expect(choice.says).toBe("rank 2 to 4, 0.25 to 0.75");
    expect(choice.snapped?.left).toBeCloseTo(left, 6);
  });

  it("a small box selects the cell that it is in", () => {
    const [left, top] = rectOf(picture, { row: 3, bin: 1 }, HOME);
    const box = { left: left + 2, top: top + 2, right: left + 9, bottom: top + 9 };
    const choice = chooseCells(picture, HOME, { kind: "box", box });
    expect(choice.predicate).toContain("rank == 3 and");
    expect(choice.sets).toBe(histogram.counts[3]?.[1]);
  });

  it("a lasso over cells and strip selects what they count together", () => {
    const points = [150, 20, 520, 60, 640, 580, 200, 590];
    const choice = chooseCells(picture, HOME, { kind: "lasso", points });
    expect(choice.sets).toBeGreaterThan(10);
    expect(matching(choice.predicate ?? "").length).toBe(choice.sets);
    const strip = { row: 3, bin: UNSCORED };
    expect(rectOf(picture, strip, HOME)[1]).toBeGreaterThan(500);
  });

  it("nothing is selected where nothing is counted", () => {
    const choice = chooseCells(picture, HOME, {
      kind: "box",
      box: { left: -90, top: -90, right: -10, bottom: -10 },
    });
    expect(choice.predicate).toBeNull();
    expect(choice.sets).toBe(0);
  });
});

describe("bounds of scores", () => {
  it("are as short as half a pixel allows", () => {
    expect(rounded(0.123456789, 0.002)).toBe(0.123);
    expect(rounded(1234.56, 3)).toBe(1235);
    expect(rounded(0.1 + 0.2, 0)).toBe(0.1 + 0.2);
    for (const pixel of [0.3, 0.0007, 1e-9]) {
      expect(Math.abs(rounded(Math.PI, pixel) - Math.PI)).toBeLessThanOrEqual(pixel / 2);
    }
  });
});

describe("an outline on a sample", () => {
  /** Every third set is drawn. */
  const KEPT = KEYS.map((_, row) => row).filter((row) => row % 3 === 0);
  const pick = <T>(all: readonly T[]) => KEPT.map((row) => all[row] as T);
  const table = setTable(pick(KEYS), N);
  const measured = pick(MEASURED);
  const sample = data({
    table,
    measured,
    scores: pick(SCORES),
    colors: measured,
    inside: KEPT.length,
  });
  const land = landscape(table, measured, "m", SIZE);

  it("means every set of the ranks and scores that it goes over, drawn or not", () => {
    const { left, right, top, bottom } = boxOf(land, [1.5, 4.5], [0.25, 0.7]);
    const points = [left, top, right, top, right, bottom, left, bottom];
    const choice = chooseSampled(sample, land, HOME, { kind: "lasso", points });
    const rows = rowsWithin(sample, land, HOME, { kind: "lasso", points });
    const drawn = rows.map((row) => KEPT[row] ?? 0);
    // Counted by hand: per rank, what is between the lowest and the highest of the drawn ones.
    const expected = KEYS.flatMap((_, row) => {
      const alike = drawn.filter((other) => RANKS[other] === RANKS[row]);
      const scores = alike.map((other) => SCORES[other] ?? 0);
      const score = SCORES[row] ?? null;
      const isIn = score !== null && score >= Math.min(...scores) && score <= Math.max(...scores);
      return alike.length > 0 && isIn ? [row] : [];
    });
    expect(drawn.length).toBeGreaterThan(6);
    expect(expected.length).toBeGreaterThan(drawn.length);
    expect(matching(choice.predicate ?? "")).toEqual(expected);
    expect([choice.sets, choice.sampled]).toEqual([drawn.length, true]);
    expect(matching(choice.listed?.predicate ?? "")).toEqual(drawn);
    expect(choice.listed?.says).toBe(`${drawn.length} drawn sets of a sample`);
  });

  it("means those without a score where it goes over their strip", () => {
    const { scales } = land;
    const y = scales?.strip?.middle ?? 0;
    const [left, right] = [scales?.xOf(1.5) ?? 0, scales?.xOf(5.5) ?? 0];
    const points = [left, y - 8, right, y - 8, right, y + 8, left, y + 8];
    const choice = chooseSampled(sample, land, HOME, { kind: "lasso", points });
    const found = matching(choice.predicate ?? "");
    expect(found.every((row) => SCORES[row] === null)).toBe(true);
    expect(found.length).toBeGreaterThan(choice.sets);
    expect(choice.says).toContain("without a score");
  });

  it("as a box is told to count the drawn ones only", () => {
    const box = boxOf(land, [1.6, 4.4], [0.2, 0.61]);
    const choice = chooseSampled(sample, land, HOME, { kind: "box", box });
    expect(choice.sampled).toBe(true);
    expect(matching(choice.predicate ?? "").length).toBeGreaterThan(choice.sets);
  });
});
