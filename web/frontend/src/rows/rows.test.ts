import { describe, expect, it } from "vitest";
import type { Measure } from "../api/types";
import { directionOf, firstInWords, pressed, sortingOf } from "./order";
import { pagesBetween, reveal, scrollHeight, scrollTo, stepBy, TALLEST, windowAt } from "./utils";

const SMALL = { total: 100, rowHeight: 20, head: 40, viewHeight: 240 };
const HUGE = { total: 2 ** 20, rowHeight: 27, head: 46, viewHeight: 700 };
const measure = (name: string, direction: string) => ({ name, metric: { direction } }) as Measure;

describe("the window of many rows", () => {
  it("shows what lies between top and bottom, cut rows included", () => {
    expect(windowAt(SMALL, 0)).toEqual({ first: 0, count: 10, shift: 0 });
    expect(windowAt(SMALL, 50)).toEqual({ first: 2, count: 11, shift: 10 });
    expect(windowAt(SMALL, 1800)).toEqual({ first: 90, count: 10, shift: 0 });
  });

  it("of all rows needs no scrolling", () => {
    const few = { ...SMALL, total: 3 };
    expect(windowAt(few, 0)).toEqual({ first: 0, count: 3, shift: 0 });
    expect(scrollTo(few, 2)).toBe(0);
    expect(windowAt({ ...SMALL, total: 0 }, 0).count).toBe(0);
  });

  it("of a million rows is no taller than browsers draw, and reaches both ends", () => {
    expect(HUGE.total * HUGE.rowHeight).toBeGreaterThan(TALLEST);
    expect(scrollHeight(HUGE)).toBe(HUGE.head + TALLEST);
    expect(windowAt(HUGE, 0).first).toBe(0);
    const end = windowAt(HUGE, scrollHeight(HUGE) - HUGE.viewHeight);
    expect(end.first + end.count).toBe(HUGE.total);
  });

  it("is scrolled to any row of a million", () => {
    for (const row of [0, 1, 777, 500_000, 1_048_000]) {
      const { first, shift } = windowAt(HUGE, scrollTo(HUGE, row));
      expect(first + shift / HUGE.rowHeight).toBeCloseTo(row, 5);
    }
  });

  it("is moved only as far as a row needs", () => {
    expect(reveal(SMALL, 100, 7)).toBe(100);
    expect(reveal(SMALL, 100, 3)).toBe(60);
    expect(reveal(SMALL, 100, 15)).toBe(120);
    const after = windowAt(HUGE, reveal(HUGE, 0, 500_000));
    expect(after.first).toBeLessThanOrEqual(500_000);
    expect(after.first + after.count - 1).toBeGreaterThanOrEqual(500_000);
  });
});

describe("keys", () => {
  const size = { rows: 5, columns: 3, page: 2 };
  const from = (key: string, row: number, column: number, ctrl = false) =>
    stepBy(key, ctrl, { row, column }, size);

  it("walk the cells, from header to last row and from name to last column", () => {
    expect(from("ArrowDown", -1, 0)).toEqual({ row: 0, column: 0 });
    expect(from("ArrowDown", 4, 0)).toEqual({ row: 4, column: 0 });
    expect(from("ArrowUp", 0, 1)).toEqual({ row: -1, column: 1 });
    expect(from("ArrowLeft", 2, 0)).toEqual({ row: 2, column: -1 });
    expect(from("ArrowRight", 2, 2)).toEqual({ row: 2, column: 2 });
    expect(from("PageDown", 1, 1)).toEqual({ row: 3, column: 1 });
    expect(from("PageUp", 1, 1)).toEqual({ row: 0, column: 1 });
    expect(from("End", 1, 1)).toEqual({ row: 1, column: 2 });
    expect(from("End", 1, 1, true)).toEqual({ row: 4, column: 2 });
    expect(from("Home", 3, 1, true)).toEqual({ row: 0, column: -1 });
    expect(from("x", 1, 1)).toBeNull();
  });
});

describe("pages", () => {
  it("are those that hold the rows", () => {
    expect(pagesBetween(0, 99, 100)).toEqual([0]);
    expect(pagesBetween(99, 100, 100)).toEqual([0, 1]);
    expect(pagesBetween(436_920, 437_205, 200)).toEqual([2184, 2185, 2186]);
  });
});

describe("the order of rows", () => {
  const names = ["accuracy/A", "-odd"];
  const [accuracy, loss] = [measure("accuracy/A", "higher"), measure("loss/A", "lower")];

  it("is read from the link, names with a minus of their own included", () => {
    expect(sortingOf(null, names, ["rank"])).toEqual({
      text: "rank",
      field: "rank",
      turned: false,
    });
    expect(sortingOf("-accuracy/A", names, ["rank"])).toEqual({
      text: "-accuracy/A",
      field: "accuracy/A",
      turned: true,
    });
    expect(sortingOf("-odd", names, ["rank"])?.turned).toBe(false);
    expect(sortingOf("--odd", names, ["rank"])?.turned).toBe(true);
    expect(sortingOf("cost", names, ["rank"])).toBeNull();
  });

  it("begins with the best, then with the worst", () => {
    const rank = { text: "rank", field: "rank", turned: false };
    const best = { text: "accuracy/A", field: "accuracy/A", turned: false };
    expect(pressed("accuracy/A", rank)).toBe("accuracy/A");
    expect(pressed("accuracy/A", best)).toBe("-accuracy/A");
    expect(pressed("accuracy/A", { ...best, turned: true })).toBe("accuracy/A");
    expect(pressed("rank", best)).toBeNull();
    expect(pressed("rank", rank)).toBe("-rank");
  });

  it("falls for scores where higher is better, and rises for losses and amounts", () => {
    const by = (field: string, turned = false) => ({ text: field, field, turned });
    expect(directionOf("accuracy/A", accuracy, by("accuracy/A"))).toBe("descending");
    expect(directionOf("loss/A", loss, by("loss/A"))).toBe("ascending");
    expect(directionOf("loss/A", loss, by("loss/A", true))).toBe("descending");
    expect(directionOf("rank", null, by("rank"))).toBe("ascending");
    expect(directionOf("rank", null, by("cost"))).toBe("none");
    expect(firstInWords(by("loss/A"), [loss])).toBe("best");
    expect(firstInWords(by("rank", true), [loss])).toBe("largest");
  });
});
