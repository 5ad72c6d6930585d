import { describe, expect, it } from "vitest";
import type { Measure } from "../api/types";
import type { Theme } from "../state/theme";
import { movesWithin, setTable, stepsFrom } from "../subsets";
import { landscape, lattice, nearest, rankRows, ranksOf } from "./layouts";
import { fitted, textWidth } from "./primitives";
import { binned, type Frame, groundScene, pointerScene, type SceneData } from "./scene";
import type { Dots, Label, Lines, Primitive } from "./types";
import { quietCorner, strongest } from "./utils";

const SIZE = { width: 800, height: 600 };
const CAMERA = { x: 0, y: 0, k: 1 };
const THEME: Theme = {
  paper: "paper",
  ink: "ink",
  muted: "muted",
  line: "line",
  better: "better",
  worse: "worse",
  accent: "accent",
  shadow: "shadow",
};
const TOY = setTable(["~03", "~07", "~0f", "~0d"], 4); // AB, ABC, ABCD, ACD
const TOY_A = [0.85, 0.88, 0.92, 0.78]; // evaluated on A
const NAMES = ["AB", "ABC", "ABCD", "ACD"];
const ACCURACY = { name: "accuracy/A", metric: { direction: "higher" } } as Measure;

function data(more: Partial<SceneData> = {}): SceneData {
  return {
    table: TOY,
    scores: TOY_A,
    measured: TOY_A,
    colorOf: (score) => `color ${score}`,
    measure: ACCURACY,
    nameOf: (row) => NAMES[row] ?? "",
    objectNames: ["A", "B", "C", "D"],
    moves: movesWithin(TOY, 100),
    inside: TOY.keys.length,
    colors: more.measured ?? TOY_A,
    ...more,
  };
}

function frame(layout = landscape(TOY, TOY_A, "accuracy", SIZE)): Frame {
  return { layout, camera: CAMERA, size: SIZE, theme: THEME };
}

const of = <K extends Primitive["kind"]>(scene: readonly Primitive[], kind: K) =>
  scene.filter((each) => each.kind === kind) as Extract<Primitive, { kind: K }>[];

describe("the landscape", () => {
  it("puts larger sets to the right and higher scores up", () => {
    const { x, y } = landscape(TOY, TOY_A, "accuracy", SIZE);
    expect(x[0]).toBeLessThan(x[1] ?? 0);
    expect(x[1]).toBe(x[3]);
    expect(y[2]).toBeLessThan(y[1] ?? 0);
    expect(y[3]).toBeGreaterThan(y[0] ?? 0);
  });

  it("keeps every set inside the picture, also when all scores are equal or there is one", () => {
    for (const scores of [[1, 1, 1, 1], TOY_A, [null, null, null, null], [-3, 1e6, 0, null]]) {
      const { x, y } = landscape(TOY, scores, "accuracy", SIZE);
      for (const value of x) expect(value).toBeGreaterThan(0);
      for (const value of x) expect(value).toBeLessThan(SIZE.width);
      for (const value of y) expect(value).toBeGreaterThan(0);
      for (const value of y) expect(value).toBeLessThan(SIZE.height);
    }
  });

  it("puts sets without a score in a strip below all others, never at 0", () => {
    const { y, axes } = landscape(TOY, [0.5, null, -0.5, 0], "accuracy", SIZE);
    expect(y[1]).toBeGreaterThan(Math.max(y[0] ?? 0, y[2] ?? 0, y[3] ?? 0));
    expect(axes?.(CAMERA).unscored).toBe(y[1]);
  });

  it("has ticks that move with the camera", () => {
    const { axes, x } = landscape(TOY, TOY_A, "accuracy", SIZE);
    const tick = axes?.({ x: -300, y: 0, k: 2 }).bottom.find(({ text }) => text === "3");
    expect(tick?.at).toBeCloseTo((x[1] ?? 0) * 2 - 300, 6);
  });

  it("leaves out ranks that would stand on each other", () => {
    const table = setTable(
      Array.from({ length: 15 }, (_, rank) =>
        rank === 0
          ? "~"
          : `~${(2 ** rank - 1)
              .toString(16)
              .padStart(4, "0")
              .replace(/(..)(..)/, "$2$1")
              .replace(/00$/, "")}`,
      ),
      14,
    );
    const scores = Array.from({ length: 15 }, (_, rank) => rank / 14);
    for (const [width, least] of [
      [320, 22],
      [800, 22],
    ] as const) {
      const { axes } = landscape(table, scores, "accuracy", { width, height: 400 });
      const places = axes?.(CAMERA).bottom.map(({ at }) => at) ?? [];
      expect(places.length).toBeGreaterThan(4);
      for (const [place, at] of places.slice(1).entries()) {
        expect(at - (places[place] ?? 0)).toBeGreaterThan(least);
      }
    }
  });

  it("spreads a crowded rank the same way every time", () => {
    const keys = Array.from({ length: 30 }, (_, i) => `~${"00".repeat(i)}01`);
    const many = setTable(keys, 240);
    const scores = keys.map(() => 0.5);
    const first = landscape(many, scores, "", SIZE);
    expect(new Set(first.x).size).toBe(30);
    expect(landscape(many, scores, "", SIZE).x).toEqual(first.x);
  });
});

describe("the lattice layout", () => {
  it("draws the same move as parallel edges of one length", () => {
    const keys = Array.from({ length: 16 }, (_, mask) =>
      mask === 0 ? "~" : `~0${mask.toString(16)}`,
    );
    const { x, y } = lattice(setTable(keys, 4), SIZE);
    const shift = (from: number, to: number) => [
      Math.round(((x[to] ?? 0) - (x[from] ?? 0)) * 1e6),
      Math.round(((y[to] ?? 0) - (y[from] ?? 0)) * 1e6),
    ];
    expect(shift(0, 2)).toEqual(shift(13, 15)); // adds B, to the empty set and to ACD
    expect(shift(1, 9)).toEqual(shift(6, 14)); // adds D
    const spots = [...x].map((value, row) => `${value.toFixed(2)},${y[row]?.toFixed(2)}`);
    expect(new Set(spots).size).toBe(16);
    for (let row = 1; row < 16; row += 1) expect(y[row]).toBeLessThan(y[0] ?? 0);
  });

  it("places a single set and a single object", () => {
    const { x, y } = lattice(setTable(["~"], 0), SIZE);
    expect([x[0], y[0]]).toEqual([400, 300]);
    expect(Number.isFinite(lattice(setTable(["~", "~01"], 1), SIZE).x[1])).toBe(true);
  });
});

describe("rank rows", () => {
  const rows = setTable(["~01", "~02", "~04", "~03", "~07"], 3);
  const scores = [0.4, null, 0.1, 0.9, 0.5];

  it("puts a rank on one line, larger sets higher", () => {
    const { y } = rankRows(rows, scores, SIZE);
    expect(new Set([y[0], y[1], y[2]]).size).toBe(1);
    expect(y[3]).toBeLessThan(y[0] ?? 0);
    expect(y[4]).toBeLessThan(y[3] ?? 0);
  });

  it("sorts a rank by score, those without one last, and keeps them apart", () => {
    const { x } = rankRows(rows, scores, SIZE);
    expect(x[2]).toBeLessThan(x[0] ?? 0);
    expect(x[0]).toBeLessThan(x[1] ?? 0);
  });

  it("stays inside with as many sets as it is offered for", () => {
    const keys = Array.from({ length: 256 }, (_, i) => `~${"00".repeat(i)}01`);
    const many = setTable(keys, 8 * 256);
    const { x } = rankRows(
      many,
      keys.map((_, row) => row),
      SIZE,
    );
    expect(Math.min(...x)).toBeGreaterThan(0);
    expect(Math.max(...x)).toBeLessThan(SIZE.width);
    expect(new Set(x).size).toBe(256);
  });
});

describe("labels", () => {
  const box = (each: Label) => {
    const width = textWidth(each.text, each.size, each.bold);
    return [each.x, each.y - 7, each.x + width, each.y + 7] as const;
  };

  it("never overlap, however long the names are, and shorten them in the middle", () => {
    const keys = Array.from({ length: 32 }, (_, mask) =>
      mask === 0 ? "~" : `~${mask.toString(16).padStart(2, "0")}`,
    );
    const table = setTable(keys, 5);
    const scores = keys.map((_, row) => row / 32);
    const named = data({
      table,
      scores,
      measured: scores,
      inside: 32,
      nameOf: (row) => `${row} ${"x".repeat(200)} ${row}`,
      moves: movesWithin(table, 1_000),
    });
    for (const layout of [lattice(table, SIZE), rankRows(table, scores, SIZE)]) {
      const scene = pointerScene(named, frame(layout), {
        pinned: 3,
        hovered: -1,
        path: [],
        tray: [7, 30],
        baseline: 30,
      });
      const names = of(scene, "label").filter((each) => each.text.includes("x"));
      expect(names.length).toBeGreaterThan(5);
      for (const [index, one] of names.entries()) {
        expect(one.text).toContain("…");
        for (const other of names.slice(index + 1)) {
          const [a, b] = [box(one), box(other)];
          const apart = a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];
          expect(apart, `${one.text} / ${other.text}`).toBe(true);
        }
      }
    }
  });

  it("keep off the words of the axes, in a picture as narrow as a phone", () => {
    const size = { width: 320, height: 400 };
    for (const layout of [
      landscape(TOY, TOY_A, "accuracy/A, higher is better", size),
      rankRows(TOY, TOY_A, size),
    ]) {
      const narrow = { ...frame(layout), size };
      const scene = pointerScene(data(), narrow, { pinned: 1, hovered: -1, path: [] });
      const axes = layout.axes?.(CAMERA);
      const words = [
        ...(axes?.left.map((each) => each.text) ?? []),
        `↑ ${axes?.leftTitle}`,
        `${axes?.bottomTitle} →`,
      ];
      const left = (each: Label) =>
        each.align === "right" ? each.x - textWidth(each.text, each.size, each.bold) : each.x;
      const labels = of(scene, "label").map((each) => ({ ...each, x: left(each) }));
      const [fixed, free] = [
        labels.filter((each) => words.includes(each.text)),
        labels.filter((each) => NAMES.some((name) => each.text.startsWith(name))),
      ];
      expect(fixed.every((each) => each.x >= 0)).toBe(true);
      expect(free.length).toBeGreaterThan(1);
      for (const one of free) {
        for (const other of fixed) {
          const [a, b] = [
            box(one),
            box({ ...other, y: other.baseline === "top" ? other.y + 6 : other.y }),
          ];
          const apart = a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];
          expect(apart, `${one.text} / ${other.text}`).toBe(true);
        }
      }
    }
  });

  it("are cut to the pixels that there are", () => {
    for (const most of [40, 90, 300]) {
      expect(textWidth(fitted("abcdefgh".repeat(20), most, 12), 12)).toBeLessThanOrEqual(most);
    }
    expect(fitted("short", 300, 12)).toBe("short");
    expect(fitted("𝒳".repeat(60), 100, 12)).toMatch(/^𝒳+…𝒳+$/u);
  });
});

describe("marks", () => {
  it("draws tray and baseline in shapes of their own, and sets that do not match as rings", () => {
    const scene = pointerScene(data({ inside: 3 }), frame(), {
      pinned: -1,
      hovered: -1,
      path: [],
      tray: [0, 1],
      baseline: 1,
    });
    expect(of(scene, "rects").map((each) => each.stroke)).toEqual(["paper", "ink"]);
    expect(of(scene, "dots").some((each) => each.radius === 11 && each.stroke === "ink")).toBe(
      true,
    );
    expect(of(scene, "dots").some((each) => each.fill === "paper" && each.radius === 6)).toBe(true);
    expect(of(scene, "label").some((each) => each.text === "baseline ABC")).toBe(true);
    const ground = groundScene(data({ inside: 3 }), frame(), false);
    expect(of(ground, "dots").flatMap((each) => Array.from(each.points)).length).toBe(6);
  });

  it("names the steps of a path by what they change where names are too long", () => {
    const long = data({ nameOf: (row) => `${NAMES[row]} ${"y".repeat(90)}` });
    const scene = pointerScene(long, frame(), { pinned: -1, hovered: -1, path: [0, 1, 2, 3] });
    const texts = of(scene, "label").map((each) => each.text);
    expect(texts).toEqual(expect.arrayContaining(["+C", "+D", "−B"]));
  });
});

describe("colors", () => {
  it("follow the second measure, and are missing where it is", () => {
    const scene = groundScene(data({ colors: [1, null, 2, 3] }), frame(), false);
    const fills = of(scene, "dots").map((each) => each.fill);
    expect(fills.sort()).toEqual(["color 1", "color 2", "color 3", "paper"]);
  });
});

describe("what the tooltip says", () => {
  it("names the add and the removal that change most, and none without scores", () => {
    const steps = stepsFrom(TOY, 2); // from ABCD: -B to ACD (-0.14), -D to ABC (-0.04)
    expect(strongest(TOY_A, 2, steps, false)?.change).toBeCloseTo(-0.14, 12);
    expect(strongest(TOY_A, 2, steps, true)).toBeNull();
    expect(strongest([null, null, null, 1], 2, steps, false)).toBeNull();
  });
});

describe("picking", () => {
  it("finds every set at its own place, at any camera", () => {
    const layout = landscape(TOY, TOY_A, "accuracy", SIZE);
    for (const camera of [CAMERA, { x: -300, y: 120, k: 3.5 }]) {
      for (let row = 0; row < 4; row += 1) {
        const px = (layout.x[row] ?? 0) * camera.k + camera.x;
        const py = (layout.y[row] ?? 0) * camera.k + camera.y;
        expect(nearest(layout, camera, px + 3, py - 3, 18)).toBe(row);
      }
    }
  });

  it("finds nothing far from every set", () => {
    expect(nearest(landscape(TOY, TOY_A, "", SIZE), CAMERA, 5, 5, 18)).toBe(-1);
  });
});

describe("the tooltip", () => {
  it("stands where it hides the fewest moves, and inside the picture", () => {
    const middle = { x: 400, y: 300 };
    const upRight = [
      { x: 60, y: -40 },
      { x: 80, y: -60 },
    ];
    const corner = quietCorner(upRight, middle, SIZE);
    expect(corner.top).toBe(false);
    expect(quietCorner([], { x: 790, y: 590 }, SIZE)).toEqual({ left: true, top: true });
    expect(quietCorner([], { x: 10, y: 10 }, SIZE)).toEqual({ left: false, top: false });
  });
});

describe("the draw list", () => {
  it("has one dot per set and one segment per move", () => {
    const scene = groundScene(data(), frame(lattice(TOY, SIZE)), false);
    expect(of(scene, "dots").flatMap((each: Dots) => Array.from(each.points)).length).toBe(8);
    expect(of(scene, "lines").flatMap((each: Lines) => Array.from(each.points)).length).toBe(3 * 4);
  });

  it("names every set of a small lattice once", () => {
    const nothing = { pinned: -1, hovered: -1, path: [] };
    const names = (scene: Primitive[]) =>
      of(scene, "label").map((each: Label) => each.text.split("  ")[0]);
    const layout = frame(lattice(TOY, SIZE));
    expect(names(pointerScene(data(), layout, nothing))).toEqual(NAMES);
    const pinned = pointerScene(data(), layout, { ...nothing, pinned: 2 });
    expect(names(pinned).sort()).toEqual(NAMES);
  });

  it("draws a set without a score hollow", () => {
    const scene = groundScene(data({ measured: [null, 1, 1, 1] }), frame(), false);
    expect(of(scene, "dots").some((each) => each.fill === "paper")).toBe(true);
  });

  it("draws removals dashed, with the sign in the text and the color of the effect", () => {
    const scene = pointerScene(data(), frame(), { pinned: -1, hovered: 2, path: [] });
    const rays = of(scene, "lines").filter((each) => each.width > 1);
    expect(rays.map((each) => [each.dash.length > 0, each.color])).toEqual([
      [true, "worse"],
      [true, "worse"],
    ]);
    const texts = of(scene, "label").map((each) => each.text);
    expect(texts).toContain("ACD  −B −0.14");
    expect(texts).toContain("ABC  −D −0.04");
  });

  it("calls a rise of a metric worse where lower is better", () => {
    const loss = { name: "loss/A", metric: { direction: "lower" } } as Measure;
    const scene = pointerScene(data({ measure: loss }), frame(), {
      pinned: -1,
      hovered: 0,
      path: [],
    });
    const ray = of(scene, "lines").find((each) => each.width > 1);
    expect(ray).toMatchObject({ color: "worse", dash: [] });
    expect(of(scene, "label").map((each) => each.text)).toContain("ABC  +C +0.03");
  });

  it("draws a path through its sets in order", () => {
    const scene = pointerScene(data(), frame(), { pinned: -1, hovered: -1, path: [0, 1, 2, 3] });
    const drawn = of(scene, "lines").find((each) => each.color === "accent");
    expect(drawn?.points.length).toBe(12);
  });

  it("says that a change is unknown where a score is missing", () => {
    const scene = pointerScene(data({ scores: [0.85, null, 0.92, 0.78] }), frame(), {
      pinned: 0,
      hovered: -1,
      path: [],
    });
    expect(of(scene, "label").map((each) => each.text)).toContain("ABC  +C ?");
  });

  it("uses a few dozen colors for any number of sets", () => {
    const colorOf = binned((score) => `${score}`, [0, 1]);
    const used = new Set(Array.from({ length: 5_000 }, (_, i) => colorOf(i / 4_999)));
    expect(used.size).toBeLessThan(64);
    expect(Math.abs(Number(colorOf(0.5)) - 0.5)).toBeLessThan(0.02);
  });

  it("gives ranks by counting objects", () => {
    expect([...ranksOf(TOY)]).toEqual([2, 3, 4, 3]);
  });
});
