import { describe, expect, it } from "vitest";
import type { Histogram } from "../../api/types";
import type { Theme } from "../../state/theme";
import type { CameraLike } from "../types";
import { cellsScene, countColors, countShare } from "./scene";
import type { CellPlace, Picture } from "./types";
import {
  binOf,
  cellAt,
  cellPredicate,
  cellSays,
  countAt,
  declaredSays,
  fullest,
  pictureOf,
  rectOf,
  runPredicate,
  stepped,
  UNSCORED,
} from "./utils";

const SIZE = { width: 800, height: 600 };
const HOME: CameraLike = { x: 0, y: 0, k: 1 };
const EDGES = [0.1, 0.2, 0.3, 0.4];

/** Sets by hand: rank, score, and whether that is declared; edges are scores, too. */
const SETS: readonly (readonly [rank: number, score: number | null, declared?: true])[] = [
  [1, 0.1],
  [1, 0.19999999999999998],
  [1, 0.2],
  [1, 0.4],
  [2, 0.30000000000000004],
  [2, 0.3],
  [2, null],
  [2, 0.3, true],
  [4, 0.4],
  [4, 0.39999],
  [4, null],
  [4, null],
  [5, 0, true],
  [5, 0.15, true],
  [5, 0.15],
];

/** Counted one by one, as the API says: up to but without the upper edge, the last bin with it. */
function counted(): Histogram {
  const ranks = [1, 2, 4, 5];
  const counts = ranks.map(() => EDGES.slice(1).map(() => 0));
  const missing = ranks.map(() => 0);
  const declared = ranks.map(() => 0);
  for (const [rank, score, convention] of SETS) {
    const row = ranks.indexOf(rank);
    if (convention) declared[row] = (declared[row] ?? 0) + 1;
    else if (score === null) missing[row] = (missing[row] ?? 0) + 1;
    else {
      const bin = score >= 0.3 ? 2 : score >= 0.2 ? 1 : 0;
      const line = counts[row];
      if (line) line[bin] = (line[bin] ?? 0) + 1;
    }
  }
  const total = SETS.length;
  const measure = 'say "hi"/A';
  return { measure, better: "higher", edges: EDGES, ranks, counts, missing, declared, total };
}

function picture(): Picture {
  return pictureOf(counted(), null, [], [], "accuracy", SIZE);
}

/** Whether a predicate of ranks and scores is true of a set: JavaScript reads the same signs. */
function holds(predicate: string, [rank, score, declared]: (typeof SETS)[number]): boolean {
  const code = predicate
    .replaceAll('not declared("say ""hi""/A")', "score !== null && !declared")
    .replaceAll('declared("say ""hi""/A")', "declared === true")
    .replaceAll('not evaluated("say ""hi""/A")', "score === null")
    .replaceAll('score("say ""hi""/A")', "known")
    .replaceAll(" and ", " && ")
    .replaceAll(" or ", " || ");
  // A comparison with a missing score is not true; NaN compares like that.
  const known = score ?? Number.NaN;
  const read = new Function("rank", "score", "known", "declared", `return ${code}`);
  return read(rank, score, known, declared);
}

const matching = (predicate: string) => SETS.filter((each) => holds(predicate, each));

describe("the predicate of a cell", () => {
  it("selects exactly as many sets as the cell counts, for every cell and the strip", () => {
    const drawn = picture();
    let all = 0;
    for (let row = 0; row < 4; row += 1) {
      for (let bin = UNSCORED; bin < 3; bin += 1) {
        const found = matching(cellPredicate(drawn, { row, bin })).length;
        expect(found, cellPredicate(drawn, { row, bin })).toBe(countAt(drawn, { row, bin }));
        all += found;
      }
    }
    expect(all).toBe(SETS.length);
  });

  it("includes the upper edge in the last bin only", () => {
    expect(cellPredicate(picture(), { row: 0, bin: 1 })).toBe(
      'rank == 1 and score("say ""hi""/A") >= 0.2 and score("say ""hi""/A") < 0.3',
    );
    expect(cellPredicate(picture(), { row: 2, bin: 2 })).toBe(
      'rank == 4 and score("say ""hi""/A") >= 0.3 and score("say ""hi""/A") <= 0.4',
    );
    expect(cellPredicate(picture(), { row: 2, bin: UNSCORED })).toBe(
      'rank == 4 and not evaluated("say ""hi""/A")',
    );
  });

  it("selects for any runs what their cells count together", () => {
    const drawn = picture();
    const runs = [
      { row: 0, first: 0, last: 1 },
      { row: 1, first: 0, last: 1 },
      { row: 1, first: UNSCORED, last: UNSCORED },
      { row: 2, first: 2, last: 2 },
    ];
    const cells: CellPlace[] = runs.flatMap(({ row, first, last }) =>
      Array.from({ length: last - first + 1 }, (_, step) => ({ row, bin: first + step })),
    );
    const expected = cells.reduce((sum, cell) => sum + countAt(drawn, cell), 0);
    const predicate = runPredicate(drawn.histogram, runs);
    expect(matching(predicate).length).toBe(expected);
    expect(predicate).toContain("rank >= 1 and rank <= 2");
  });
});

describe("the geometry of a density", () => {
  it("finds every cell in its own middle, at any camera", () => {
    const drawn = picture();
    for (const camera of [HOME, { x: -400, y: 90, k: 3.2 }]) {
      for (let row = 0; row < 4; row += 1) {
        for (let bin = UNSCORED; bin < 3; bin += 1) {
          const [left, top, width, height] = rectOf(drawn, { row, bin }, camera);
          expect(width).toBeGreaterThan(0);
          expect(height).toBeGreaterThan(0);
          const found = cellAt(drawn, camera, left + width / 2, top + height / 2);
          expect(found).toEqual({ row, bin });
        }
      }
    }
  });

  it("stacks bins without gaps, higher scores higher, and keeps the strip below", () => {
    const drawn = picture();
    const [, topOfFirst] = rectOf(drawn, { row: 0, bin: 0 }, HOME);
    const [, topOfNext, , height] = rectOf(drawn, { row: 0, bin: 1 }, HOME);
    expect(topOfNext + height).toBeCloseTo(topOfFirst, 6);
    const [, strip] = rectOf(drawn, { row: 0, bin: UNSCORED }, HOME);
    const [, bottom, , last] = rectOf(drawn, { row: 0, bin: 0 }, HOME);
    expect(strip).toBeGreaterThan(bottom + last - 1);
  });

  it("has no cell at a rank that holds no set, and none outside", () => {
    const drawn = picture();
    const x = drawn.scales.xOf(3);
    expect(cellAt(drawn, HOME, x, 200)).toBeNull();
    expect(cellAt(drawn, HOME, -50, 200)).toBeNull();
    expect(cellAt(drawn, HOME, drawn.scales.xOf(1), -900)).toBeNull();
  });

  it("makes room for marked sets beyond the counted scores and ranks", () => {
    const drawn = pictureOf(counted(), null, [0.9], [7], "accuracy", SIZE);
    expect(drawn.scales.yOf(0.9)).toBeGreaterThan(0);
    expect(drawn.scales.xOf(7)).toBeLessThan(SIZE.width);
  });

  it("stands without a score, without a set, and with one score", () => {
    const bare = { ...counted(), edges: [], counts: [[], [], [], []] };
    const drawn = pictureOf(bare, null, [], [], "", SIZE);
    const [left, top, width, height] = rectOf(drawn, { row: 1, bin: UNSCORED }, HOME);
    expect(cellAt(drawn, HOME, left + width / 2, top + height / 2)).toEqual({
      row: 1,
      bin: UNSCORED,
    });
    expect(fullest(drawn)).toEqual({ row: 0, bin: UNSCORED });
    const none = { ...bare, ranks: [], counts: [], missing: [], declared: [], total: 0 };
    expect(fullest(pictureOf(none, null, [], [], "", SIZE))).toBeNull();
  });

  it("bins scores by the edges themselves", () => {
    expect([0.1, 0.19999999999999998, 0.2, 0.3, 0.4].map((score) => binOf(EDGES, score))).toEqual([
      0, 0, 1, 2, 2,
    ]);
    expect(binOf(EDGES, 0.41)).toBeNull();
    expect(binOf([], 1)).toBeNull();
  });
});

describe("walking over cells", () => {
  it("starts at the fullest, moves by rank and bin, and stays inside", () => {
    const drawn = picture();
    const start = stepped(drawn, null, "ArrowUp");
    expect(start).toEqual({ row: 0, bin: 0 });
    expect(stepped(drawn, { row: 0, bin: 0 }, "ArrowRight")).toEqual({ row: 1, bin: 0 });
    expect(stepped(drawn, { row: 3, bin: 0 }, "ArrowRight")).toEqual({ row: 3, bin: 0 });
    expect(stepped(drawn, { row: 2, bin: 0 }, "ArrowDown")).toEqual({ row: 2, bin: UNSCORED });
    expect(stepped(drawn, { row: 2, bin: UNSCORED }, "ArrowDown")).toEqual({
      row: 2,
      bin: UNSCORED,
    });
    expect(stepped(drawn, { row: 2, bin: 2 }, "ArrowUp")).toEqual({ row: 2, bin: 2 });
  });

  it("says a cell in words", () => {
    expect(cellSays(picture(), { row: 0, bin: 0 })).toBe("rank 1, 0.1 to 0.2: 2 sets (of 4)");
    expect(cellSays(picture(), { row: 2, bin: UNSCORED })).toBe("rank 4, no score: 2 sets (of 4)");
  });

  it("tells declared scores from measured and missing ones", () => {
    const drawn = picture();
    expect(cellSays(drawn, { row: 3, bin: UNSCORED })).toBe(
      "rank 5, declared, not measured: 2 sets (of 3)",
    );
    expect(cellSays(drawn, { row: 1, bin: UNSCORED })).toBe(
      "rank 2, no score, or declared (1): 2 sets (of 4)",
    );
    expect(cellPredicate(drawn, { row: 3, bin: UNSCORED })).toBe(
      'rank == 5 and declared("say ""hi""/A")',
    );
    expect(cellPredicate(drawn, { row: 3, bin: 0 })).toContain('not declared("say ""hi""/A")');
    expect(declaredSays(drawn.histogram)).toBe("3 declared, not measured");
    expect(declaredSays({ ...drawn.histogram, declared: [0, 0, 0, 0] })).toBeNull();
  });

  it("outlines the strip where declared scores stand", () => {
    const theme = { paper: "#ffffff", muted: "#777777" } as Theme;
    const drawn = picture();
    const hollow = cellsScene(drawn, HOME, theme).flatMap((each) =>
      each.kind === "rects" && each.stroke ? Array.from(each.points) : [],
    );
    const strips = [1, 3].map((row) => rectOf(drawn, { row, bin: UNSCORED }, HOME)[0] + 1);
    expect(hollow.filter((_, place) => place % 4 === 0)).toEqual(strips);
  });
});

describe("colors of counts", () => {
  const lightness = (color: string) => {
    const [r = 0, g = 0, b = 0] = (color.match(/\w\w/g) ?? []).map((pair) => parseInt(pair, 16));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };

  it("change in one direction of lightness, away from the page", () => {
    for (const dark of [false, true]) {
      const seen = Array.from({ length: 25 }, (_, step) => lightness(countColors(dark)(step / 24)));
      for (let step = 1; step < seen.length; step += 1) {
        const change = (seen[step] ?? 0) - (seen[step - 1] ?? 0);
        expect(dark ? change : -change).toBeGreaterThan(1);
      }
    }
  });

  it("follow the logarithm of the count", () => {
    expect(countShare(1, 1_000)).toBe(0);
    expect(countShare(1_000, 1_000)).toBe(1);
    expect(countShare(100, 10_000)).toBeCloseTo(0.5, 12);
    expect(countShare(1, 1)).toBe(0.5);
  });
});
