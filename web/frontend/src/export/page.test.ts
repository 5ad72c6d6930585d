import { describe, expect, it } from "vitest";
import { stripesIn } from "./boxes";
import { cellValues, deltaValues, nodeAttributes } from "./cells";
import { plainColor } from "./colors";
import { lookOf } from "./element";
import { linesOf, wrapped } from "./letters";

describe("computed colors", () => {
  it("become six digits and an opacity, in every notation that browsers give", () => {
    expect(plainColor("rgb(194, 37, 92)")).toEqual({ hex: "#c2255c", opacity: 1 });
    expect(plainColor("rgba(0, 0, 0, 0.35)")).toEqual({ hex: "#000000", opacity: 0.35 });
    expect(plainColor("rgb(0 128 255 / 0.5)")).toEqual({ hex: "#0080ff", opacity: 0.5 });
    expect(plainColor("color(srgb 1 0.5 0 / 0.25)")).toEqual({ hex: "#ff8000", opacity: 0.25 });
    expect(plainColor("#14171c")).toEqual({ hex: "#14171c", opacity: 1 });
  });

  it("are none where nothing is seen", () => {
    for (const text of ["none", "transparent", "rgba(0, 0, 0, 0)", ""]) {
      expect(plainColor(text)).toBeNull();
    }
  });
});

describe("the look of an element", () => {
  const read = (style: Record<string, string>) => (property: string) => style[property] ?? "";

  it("is what differs from what SVG has anyway", () => {
    const style = {
      fill: "none",
      stroke: "rgb(0, 110, 61)",
      "stroke-width": "1.75px",
      "stroke-dasharray": "5px, 4px",
      "stroke-linecap": "butt",
      opacity: "0.45",
      "font-size": "14px",
    };
    expect(lookOf("path", read(style))).toEqual([
      ["fill", "none"],
      ["stroke", "#006e3d"],
      ["stroke-width", "1.75"],
      ["stroke-dasharray", "5, 4"],
      ["opacity", "0.45"],
    ]);
    expect(lookOf("line", read(style)).map(([name]) => name)).not.toContain("fill");
  });

  it("of a text has its letters and its halo", () => {
    const style = {
      fill: "rgb(28, 33, 40)",
      stroke: "rgb(252, 252, 250)",
      "stroke-width": "3px",
      "paint-order": "stroke",
      "font-family": "system-ui, sans-serif",
      "font-size": "11px",
      "font-weight": "600",
      "text-anchor": "middle",
      "dominant-baseline": "auto",
      opacity: "1",
    };
    expect(Object.fromEntries(lookOf("text", read(style)))).toEqual({
      fill: "#1c2128",
      stroke: "#fcfcfa",
      "stroke-width": "3",
      "paint-order": "stroke",
      "font-family": "system-ui, sans-serif",
      "font-size": "11",
      "font-weight": "600",
      "text-anchor": "middle",
    });
  });

  it("of a group is its opacity alone, and without a stroke there are no dashes", () => {
    expect(lookOf("g", read({ fill: "rgb(1, 2, 3)", opacity: "0.5" }))).toEqual([
      ["opacity", "0.5"],
    ]);
    const plain = lookOf("circle", read({ fill: "rgb(1, 2, 3)", "stroke-dasharray": "2px" }));
    expect(plain).toEqual([["fill", "#010203"]]);
  });
});

describe("what is taken from the page", () => {
  const letter = (text: string, left: number, top: number) => ({
    text,
    box: { left, top, right: left + 8, bottom: top + 16 },
  });

  it("puts letters together that stand in one line", () => {
    const found = linesOf([
      letter("a", 0, 0),
      letter(" ", 8, 0),
      letter("b", 16, 0.5),
      letter(" ", 24, 0),
      letter("c", 0, 20),
    ]);
    expect(found).toEqual([
      { text: "a b", box: { left: 0, top: 0, right: 32, bottom: 16 } },
      { text: "c", box: { left: 0, top: 20, right: 8, bottom: 36 } },
    ]);
  });

  it("knows stripes by their gradient", () => {
    const gradient =
      "repeating-linear-gradient(135deg, rgb(1, 2, 3) 0px, rgb(1, 2, 3) 2px, rgba(0, 0, 0, 0) 2px, rgba(0, 0, 0, 0) 5px)";
    expect(stripesIn(gradient)).toEqual({ color: "rgb(1, 2, 3)", width: 2, every: 5 });
    expect(stripesIn("none")).toBeNull();
  });

  it("breaks captions at words, and words that are too long", () => {
    const widthOf = (text: string) => text.length;
    expect(wrapped("one two three", 7, widthOf)).toEqual(["one two", "three"]);
    expect(wrapped("abcdefgh ij", 5, widthOf)).toEqual(["abcde", "fgh", "ij"]);
    expect(wrapped("", 5, widthOf)).toEqual([]);
  });
});

describe("cells and changes", () => {
  it("that are missing are null, never 0", () => {
    expect(cellValues(null)).toEqual([null, null, 0, null]);
    expect(deltaValues(undefined)).toEqual([null, null, null, null, null, null]);
    const set = { key: "~01", name: "A", rank: 1 };
    expect(nodeAttributes(set, "accuracy", null)).toEqual({ key: "~01", rank: 1 });
  });
});
