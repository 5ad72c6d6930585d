import { describe, expect, it } from "vitest";
import { HOME, readUrl, type View, writeUrl } from "./url";

const FULL: View = {
  lattice: "a lattice/with + signs",
  importing: false,
  view: "grid",
  measure: "r2/held-out@decision_tree",
  layout: "lattice",
  set: "~0f",
  from: "~01",
  to: "~0e",
  objective: "widest",
  without: "B & C",
  sort: "r2/held-out@decision_tree",
  camera: { x: -12.5, y: 3, k: 2.25 },
};

function through(view: View) {
  const url = new URL(writeUrl(view), "http://localhost");
  return readUrl(url.pathname, url.search);
}

describe("a view", () => {
  it("comes back from its link whole", () => {
    expect(through(FULL)).toEqual({ view: FULL, complaints: [] });
    expect(through(HOME)).toEqual({ view: HOME, complaints: [] });
    const importing = { ...HOME, importing: true };
    expect(through(importing)).toEqual({ view: importing, complaints: [] });
  });

  it("of a set has a short link", () => {
    const { view } = readUrl("/lattices/toy/sets/~0f", "");
    expect([view.lattice, view.view, view.set]).toEqual(["toy", "map", "~0f"]);
  });
});

describe("a link that is not understood", () => {
  it("of another version says so", () => {
    expect(readUrl("/lattices/toy/map", "?v=7").complaints[0]).toContain("version 7");
  });

  it("falls back part by part, and says which", () => {
    const { view, complaints } = readUrl(
      "/lattices/toy/globe",
      "?v=1&layout=force&objective=best&measure=C",
    );
    expect([view.view, view.layout, view.objective, view.measure]).toEqual([
      "map",
      null,
      "fewest",
      "C",
    ]);
    expect(complaints).toHaveLength(3);
    expect(complaints.join(" ")).toMatch(/globe.*force.*best/);
  });

  it("with a broken camera opens at the fitted one", () => {
    for (const camera of ["1,2", "1,2,0", "a,b,c", "1,2,3,4", "NaN,1,1"]) {
      expect(readUrl("/lattices/toy/map", `?v=1&camera=${camera}`).view.camera).toBeNull();
    }
  });

  it("with broken percent signs does not break the page", () => {
    expect(readUrl("/lattices/%E0%A4%A/map", "").view.lattice).toBe("%E0%A4%A");
  });
});
