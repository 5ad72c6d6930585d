import { describe, expect, it } from "vitest";
import type { Cell } from "../api/types";
import type { Lines, Primitive, Rects } from "../map/types";
import type { Theme } from "../state/theme";
import { type HeatPicture, heatScene, slants } from "./scene";
import type { Column, Row } from "./types";

const THEME: Theme = {
  paper: "#fff",
  ink: "#111",
  muted: "#666",
  line: "#ccc",
  better: "#0a0",
  worse: "#a00",
  accent: "#c2255c",
  shadow: "#000",
};

const cell = (mean: number, origin: "measured" | "declared" = "measured"): Cell => ({
  mean,
  standard_error: null,
  replicates: 1,
  origin,
});

const ROWS: Row[] = [
  { training_set: { key: "~", name: "empty", rank: 0 }, cells: [cell(0, "declared"), null] },
  { training_set: { key: "~01", name: "A", rank: 1 }, cells: [cell(0.5), null] },
  { training_set: { key: "~02", name: "B", rank: 1 }, cells: [cell(0.5), cell(0.9)] },
];

function column(place: number, absence: "missing" | "undefined" = "missing"): Column {
  return {
    place,
    color: (value: number) => (value > 0.7 ? "#fde725" : "#440154"),
    absence: () => absence,
  } as unknown as Column;
}

function picture(more: Partial<HeatPicture> = {}): HeatPicture {
  return {
    columns: [column(0), column(1)],
    row: (at) => ROWS[at] ?? null,
    first: 0,
    count: 3,
    shift: 0,
    rowHeight: 20,
    left: 100,
    columnWidth: 50,
    height: 60,
    pinned: null,
    tray: [],
    byRank: true,
    theme: THEME,
    ...more,
  };
}

const rectsOf = (scene: readonly Primitive[], fill: string) =>
  scene.find((each): each is Rects => each.kind === "rects" && each.fill === fill);
const linesOf = (scene: readonly Primitive[], color: string) =>
  scene.find((each): each is Lines => each.kind === "lines" && each.color === color);

describe("the heat map's draw list", () => {
  it("has the cells of a color as one, with a gap between them", () => {
    const scene = heatScene(picture());
    expect(rectsOf(scene, "#440154")?.points).toEqual([100, 20, 49, 19, 100, 40, 49, 19]);
    expect(rectsOf(scene, "#fde725")?.points).toEqual([150, 40, 49, 19]);
  });

  it("hatches what is missing, frames what is declared, and leaves what is not defined", () => {
    const scene = heatScene(picture());
    const hatch = linesOf(scene, THEME.line)?.points ?? [];
    for (let at = 0; at < hatch.length; at += 2) {
      expect(hatch[at]).toBeGreaterThanOrEqual(150);
      expect(hatch[at]).toBeLessThanOrEqual(199);
      expect(hatch[at + 1]).toBeLessThanOrEqual(39);
    }
    expect(hatch.length).toBeGreaterThan(8);
    expect(linesOf(scene, THEME.muted)?.dash).toEqual([2, 2]);
    const free = heatScene(picture({ columns: [column(0), column(1, "undefined")] }));
    expect(linesOf(free, THEME.line)).toBeUndefined();
  });

  it("names rows that have room for it, and ranks where they have not", () => {
    const texts = (scene: readonly Primitive[]) =>
      scene.flatMap((each) => (each.kind === "label" ? [each.text] : []));
    expect(texts(heatScene(picture()))).toEqual(["empty", "A", "B"]);
    expect(texts(heatScene(picture({ rowHeight: 9, height: 400 })))).toEqual(["rank 0"]);
    const sparse = picture({ rowHeight: 10, height: 400, row: (at) => ROWS[at && at - 1] ?? null });
    expect(texts(heatScene({ ...sparse, count: 4 }))).toEqual(["rank 0", "rank 1"]);
  });

  it("marks the pinned set with a bar and a frame, those of the tray with a dot", () => {
    const scene = heatScene(picture({ pinned: "~01", tray: ["~02"] }));
    expect(rectsOf(scene, THEME.accent)?.points).toEqual([0, 20, 4, 20]);
    const frame = scene.find((each) => each.kind === "rects" && each.stroke === THEME.accent);
    expect(frame).toMatchObject({ points: [99, 19, 101, 21] });
    expect(scene.find((each) => each.kind === "dots")).toMatchObject({ points: [5, 50] });
  });

  it("says which rows are still read", () => {
    const scene = heatScene(picture({ row: () => null }));
    expect(scene).toHaveLength(1);
    expect(scene[0]).toMatchObject({ fill: THEME.line, opacity: 0.25 });
  });
});

describe("slanted lines", () => {
  it("lie in their box, and go on in the next one", () => {
    const points = slants(3, 2, 13, 8);
    for (let at = 0; at < points.length; at += 4) {
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = points.slice(at, at + 4);
      expect((x1 + y1) % 6).toBe(0);
      expect(x2 + y2).toBe(x1 + y1);
      for (const x of [x1, x2]) expect(x >= 3 && x <= 13).toBe(true);
      for (const y of [y1, y2]) expect(y >= 2 && y <= 8).toBe(true);
    }
    expect(points.length / 4).toBe(3); // x + y = 6, 12, 18
  });
});
