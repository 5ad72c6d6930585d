import { describe, expect, it } from "vitest";
import { asksTheSame, HOME, readUrl, type View, writeUrl } from "./url";

const FULL: View = {
  lattice: "a lattice/with + signs",
  importing: false,
  view: "grid",
  measure: "r2/held-out@decision_tree",
  color: "r2/held-out@linear",
  layout: "lattice",
  set: "~0f",
  filters: ['contains("B & C")', "rank >= 3"],
  tray: ["~0f", "~01"],
  baseline: "~01",
  differences: true,
  from: "~01",
  to: "~0e",
  mode: "tradeoffs",
  options: { objective: ["widest"], floor: ["a=0.5", "b=0.7"] },
  alternative: "2",
  without: "B & C",
  sort: "r2/held-out@decision_tree",
  columns: "clustered",
  shown: ["r2/held-out@linear", "a & b"],
  rows: "heat",
  scale: "column",
  radius: "2",
  moves: "add,swap",
  open: "scores,pairs",
  groups: ["A", "B+C"],
  order: "given",
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
    expect([view.lattice, view.view, view.set]).toEqual(["toy", "set", "~0f"]);
    expect(writeUrl(view)).toBe("/lattices/toy/sets/~0f?v=2");
  });

  it("of version 1 is read as what it meant", () => {
    const { view, complaints } = readUrl(
      "/lattices/toy/map",
      "?v=1&from=~01&to=~0e&objective=widest",
    );
    expect(complaints).toEqual([]);
    expect(view.options).toEqual({ objective: ["widest"] });
  });
});

describe("a question for paths", () => {
  it("is the same as long as what it asks is", () => {
    expect(asksTheSame(FULL, { ...FULL, set: null, alternative: null, tray: [] })).toBe(true);
    for (const change of [{ to: "~03" }, { mode: "path" }, { options: {} }, { filters: [] }]) {
      expect(asksTheSame(FULL, { ...FULL, ...change } as View)).toBe(false);
    }
  });
});

describe("a link that is not understood", () => {
  it("of another version says so", () => {
    expect(readUrl("/lattices/toy/map", "?v=7").complaints[0]).toContain("version 7");
  });

  it("falls back part by part, and says which", () => {
    const { view, complaints } = readUrl(
      "/lattices/toy/globe",
      "?v=2&layout=force&mode=tour&measure=C",
    );
    expect([view.view, view.layout, view.mode, view.measure]).toEqual(["map", null, "path", "C"]);
    expect(complaints).toHaveLength(3);
    expect(complaints.join(" ")).toMatch(/globe.*force.*tour/);
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
