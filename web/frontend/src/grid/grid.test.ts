import { describe, expect, it } from "vitest";
import type { Cell, Grid, GridColumn, Measure } from "../api/types";
import {
  asHeatMap,
  axisTitle,
  cellWords,
  columnsOf,
  columnTitle,
  digitsOf,
  fittingHeight,
  fixed,
  headHeight,
  inkOn,
  inOrder,
  nextHeight,
  rankLabels,
} from "./utils";

const NAMES = ["A", "B", "C"];

function measure(metric: string, on: string, more: Partial<Measure> = {}): Measure {
  return {
    name: `${metric}/${on}`,
    metric: { name: metric, direction: "higher", low: null, high: null, unit: null },
    evaluation_set: { name: on, label: null, size: null, members: null },
    protocol: { name: "p", digest: "d", definition: {} },
    domain: null,
    ...more,
  } as Measure;
}

function stats(lowest: number | null, highest: number | null): GridColumn {
  return { cells: 2, declared: 0, missing: 0, undefined: 0, lowest, highest };
}

const cell = (mean: number): Cell => ({
  mean,
  standard_error: null,
  replicates: 1,
  origin: "measured",
});

function page(measures: Measure[], columns: GridColumn[], rows: (number | null)[][] = []): Grid {
  return {
    measures,
    columns,
    items: rows.map((scores, at) => ({
      training_set: { key: `~0${at + 1}`, name: "x", rank: 1 },
      cells: scores.map((score) => (score === null ? null : cell(score))),
    })),
    next: null,
    total: rows.length,
    sort: "rank",
    notes: [],
  };
}

describe("colors", () => {
  const [one, two] = [measure("accuracy", "A"), measure("accuracy", "B")];
  const loss = measure("loss", "A", {
    metric: { name: "loss", direction: "lower", low: null, high: null, unit: "nats" },
  });
  const grid = page([one, two, loss], [stats(0.2, 0.6), stats(0.4, 0.9), stats(1, 3)]);
  const asked = grid.measures.map((each) => each.name);

  it("span a metric, and columns of different metrics never share a scale", () => {
    const { columns, scales } = columnsOf(grid, asked, NAMES, false);
    expect(scales.map(({ name, low, high, higher }) => [name, low, high, higher])).toEqual([
      ["accuracy", 0.2, 0.9, true],
      ["loss (nats)", 1, 3, false],
    ]);
    expect(columns[0]?.color(0.5)).toBe(columns[1]?.color(0.5));
    expect(columns[2]?.color(1)).toBe(columns[0]?.color(0.9));
  });

  it("span each column where that is asked for", () => {
    const { columns, scales } = columnsOf(grid, asked, NAMES, true);
    expect(scales.map(({ low, high }) => [low, high])).toEqual([
      [0.2, 0.6],
      [0.4, 0.9],
      [1, 3],
    ]);
    expect(columns[0]?.color(0.6)).toBe(columns[1]?.color(0.9));
  });

  it("keep one unit from the other", () => {
    const bits = measure("loss", "B", { metric: { ...loss.metric, unit: "bits" } });
    const { scales } = columnsOf(page([loss, bits], [stats(1, 2), stats(1, 2)]), [], NAMES, false);
    expect(scales.map((scale) => scale.name)).toEqual(["loss (nats)", "loss (bits)"]);
  });

  it("carry readable ink", () => {
    expect(inkOn("#fde725")).toBe("#000");
    expect(inkOn("rgb(68, 1, 84)")).toBe("#fff");
  });
});

describe("a cell without a score", () => {
  it("is missing inside the domain of its measure and undefined outside", () => {
    const limited = measure("accuracy", "A", { domain: { lower: ["A"], upper: ["A", "B"] } });
    const { columns } = columnsOf(page([limited], [stats(0, 1)]), [], NAMES, false);
    const absence = (key: string) => columns[0]?.absence({ key, name: "", rank: 0 });
    expect(["~01", "~03", "~02", "~05", "~"].map(absence)).toEqual([
      "missing",
      "missing",
      "undefined",
      "undefined",
      "undefined",
    ]);
    const [column] = columns;
    if (!column) throw new Error("no column");
    const set = { key: "~02", name: "B", rank: 1 };
    expect(cellWords(column, set, null)).toContain("undefined");
    expect(cellWords(column, { ...set, key: "~01" }, null)).toContain("missing");
    expect(cellWords(column, set, cell(0.5))).toBe("0.5 (one replicate: error unknown)");
  });
});

describe("columns", () => {
  it("are named by what tells them apart, under the word for it", () => {
    const sets = [measure("accuracy", "A"), measure("accuracy", "B")];
    expect(sets.map((each) => columnTitle(each, sets))).toEqual(["A", "B"]);
    expect(axisTitle(sets)).toBe("evaluated on");
    const learners = ["tree", "forest"].map((name) =>
      measure("r2", "x", { protocol: { name, digest: name, definition: {} } }),
    );
    expect(learners.map((each) => columnTitle(each, learners))).toEqual(["tree", "forest"]);
    expect(axisTitle(learners)).toBe("by protocol");
    const mixed = [measure("accuracy", "A"), measure("f1", "A")];
    expect(mixed.map((each) => columnTitle(each, mixed))).toEqual(["accuracy/A", "f1/A"]);
  });

  it("of a page in another order are put back", () => {
    const [a, b] = [measure("accuracy", "A"), measure("accuracy", "B")];
    const turned = page([b, a], [stats(0, 1), stats(0, 1)], [[0.2, 0.1]]);
    expect(inOrder(turned, [a.name, b.name])[0]?.cells.map((each) => each?.mean)).toEqual([
      0.1, 0.2,
    ]);
  });
});

describe("numbers and rows", () => {
  it("have the decimals that their column needs", () => {
    expect(digitsOf([0.85, 0.7, null], 4)).toBe(2);
    expect(digitsOf([0.123456], 3)).toBe(3);
    expect(digitsOf([15.2, 13], 4)).toBe(1);
    expect(digitsOf([1234.5], 4)).toBe(0);
    expect(digitsOf([], 4)).toBe(0);
    expect([fixed(-0.5, 2), fixed(-0.0001, 2), fixed(0.5, 1)]).toEqual(["−0.50", "0.00", "0.5"]);
  });

  it("become a heat map where more is seen than can be read", () => {
    expect(asHeatMap(null, 15, 15)).toBe(false);
    expect(asHeatMap(null, 3, 24)).toBe(false);
    expect(asHeatMap(null, 60, 24)).toBe(true);
    expect(asHeatMap("numbers", 60, 24)).toBe(false);
    expect(asHeatMap("heat", 1, 2)).toBe(true);
  });

  it("of a heat map all fit where they can", () => {
    expect(fittingHeight(100, 700)).toBe(6);
    expect(fittingHeight(1_000_000, 700)).toBe(2);
    expect([nextHeight(2, 1), nextHeight(1, -1), nextHeight(40, 1), nextHeight(5, 1)]).toEqual([
      3, 1, 40, 6,
    ]);
  });

  it("leave room for titles of three lines at most", () => {
    expect(headHeight(["ABCD"], [40])).toBe(46);
    expect(headHeight(["a long title that wraps"], [90])).toBe(62);
    expect(headHeight(["x".repeat(400)], [90])).toBe(78);
  });

  it("say where each rank begins, so far as there is room", () => {
    const labels = rankLabels([0, 0, 1, 1, 2, 3, 3, 3], [0, 10, 20, 30, 40, 41, 60, 70], 100, 200);
    expect(labels).toEqual([
      [0, 0],
      [1, 40],
      [2, 80],
    ]);
  });
});
