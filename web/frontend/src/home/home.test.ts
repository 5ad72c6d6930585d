import { describe, expect, it } from "vitest";
import type { LatticeSummary } from "../api/types";
import { lookedFor, ordered, walkable } from "./utils";

const some = [
  lattice("toy", {
    objects: 4,
    training_sets: 4,
    moves: 3,
    cells: 16,
    last_import: "2026-01-02T09",
  }),
  lattice("adult", { objects: 14, training_sets: 16_384, last_import: "2026-01-02T08" }),
  lattice("new", { objects: 3, title: "Fresh", last_import: "2026-02-01T00" }),
  lattice("none", { last_import: null }),
];
const names = (items: readonly LatticeSummary[]) => items.map((each) => each.name);

describe("the first page", () => {
  it("has the newest import first, those of one day by name, those without last", () => {
    expect(names(ordered(some, "imported"))).toEqual(["new", "adult", "toy", "none"]);
    expect(names(ordered(some, "name"))).toEqual(["adult", "new", "none", "toy"]);
    expect(names(ordered(some, "sets"))[0]).toBe("adult");
  });

  it("finds by name, title and description", () => {
    expect(names(lookedFor(some, "FRESH"))).toEqual(["new"]);
    expect(names(lookedFor(some, ""))).toHaveLength(4);
  });

  it("walks newcomers through the toy, or another small lattice that has moves and scores", () => {
    expect(walkable(some)).toBe("toy");
    const other = lattice("four", { objects: 4, moves: 1, cells: 2 });
    expect(walkable([other, ...some])).toBe("toy");
    expect(walkable([other])).toBe("four");
    expect(walkable([lattice("bare", { objects: 4, moves: 0, cells: 2 })])).toBeNull();
  });
});

function lattice(name: string, facts: Partial<LatticeSummary>): LatticeSummary {
  const empty = {
    title: null,
    description: null,
    objects: 0,
    training_sets: 0,
    moves: 0,
    cells: 0,
  };
  return { ...empty, name, ...facts } as LatticeSummary;
}
