import { describe, expect, it } from "vitest";
import type { DataObject } from "../api/types";
import { changeText, isKeyOf, members, quantileMarks, shortName } from "./utils";

function objects(names: readonly string[], variants: Record<string, string> = {}): DataObject[] {
  return names.map((name, position) => ({
    name,
    position,
    label: null,
    size: null,
    cost: null,
    owner: null,
    variant_of: variants[name] ?? null,
    fingerprint: null,
  }));
}

const LETTERS = objects(["A", "B", "C", "D"]);
const SOURCES = objects(["books", "science", "news", "code", "forums", "law", "maps", "music"]);

describe("a set's label", () => {
  it("is its spelling where that is short", () => {
    expect(shortName(LETTERS, "~0d", 10)).toBe("ACD");
    expect(shortName(LETTERS, "~", 10)).toBe("empty");
  });

  it("is the complement where that is shorter", () => {
    expect(shortName(SOURCES, "~fe", 20)).toBe("^books");
    expect(shortName(SOURCES, "~ff", 20)).toBe("all");
  });

  it("says how many objects it has where neither is short", () => {
    expect(shortName(SOURCES, "~0f", 20)).toBe("books+scie… (4 of 8)");
    expect(shortName(SOURCES, "~0f", 20)).toHaveLength(20);
  });

  it("never uses a complement where there are variants", () => {
    const with_variant = objects(["books", "science", "noisy books"], { "noisy books": "books" });
    expect(shortName(with_variant, "~06", 14)).toBe("scie… (2 of 3)");
  });
});

describe("a text of the tray", () => {
  it("is a key only of a lattice with its objects", () => {
    expect(["~", "~01", "~0f"].map((key) => isKeyOf(LETTERS, key))).toEqual([true, true, true]);
    expect(["~10", "~ff", "~0f00", "~0F", "ABCD"].some((key) => isKeyOf(LETTERS, key))).toBe(false);
    expect(isKeyOf(SOURCES, "~ff")).toBe(true);
  });

  it("is no key of two variants of one object", () => {
    const all = objects(["books", "noisy books", "news"], { "noisy books": "books" });
    expect(isKeyOf(all, "~03")).toBe(false);
    expect(isKeyOf(all, "~06")).toBe(true);
  });
});

describe("what stands beside a set", () => {
  it("carries the sign in the text", () => {
    expect(changeText(["A", "B"], ["C"])).toBe("+A +B −C");
    expect(members(LETTERS, "~05").map(({ name }) => name)).toEqual(["A", "C"]);
  });

  it("places quantiles around no change", () => {
    expect(quantileMarks([-2, -1, 0, 1, 2], 2)).toEqual([0, 25, 50, 75, 100]);
  });
});
