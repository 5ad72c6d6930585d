import { describe, expect, it } from "vitest";
import type { Measure } from "../api/types";
import { landscape, lattice } from "../map/layouts";
import { dots, rects } from "../map/primitives";
import { type Frame, groundScene, pointerScene, type SceneData } from "../map/scene";
import type { CameraLike } from "../map/types";
import type { Theme } from "../state/theme";
import { movesWithin, setTable } from "../subsets";
import { fileName } from "./files";
import { graphmlParts } from "./graphml";
import { toSvg } from "./svg";
import { csvParts, field, jsonParts } from "./tables";
import { escaped } from "./xml";

const SIZE = { width: 480, height: 320 };
const THEME: Theme = {
  paper: "#fcfcfa",
  ink: "#1c2128",
  muted: "#5a6472",
  line: "#ccd2d9",
  better: "#0b6e3d",
  worse: "#b3261e",
  accent: "#c2255c",
  shadow: "rgb(0 0 0 / 0.35)",
};
const TOY = setTable(["~03", "~07", "~0d", "~0f"], 4);
const SCORES = [0.85, 0.88, null, 0.92];
const NAMES = ["AB", "ABC", "ACD", "A<B>&\"D'"];

function svg(
  of: "lattice" | "landscape",
  marked: Partial<Marks> = {},
  camera?: CameraLike,
): string {
  const data = {
    table: TOY,
    scores: SCORES,
    measured: SCORES,
    colors: SCORES,
    inside: 4,
    colorOf: (score: number) => (score > 0.87 ? "#35b779" : "#31688e"),
    measure: { name: "accuracy/A", metric: { direction: "higher" } } as Measure,
    nameOf: (row: number) => NAMES[row] ?? "",
    objectNames: ["A", "B", "C", "D"],
    moves: movesWithin(TOY, 100),
  } as SceneData;
  const layout = of === "lattice" ? lattice(TOY, SIZE) : landscape(TOY, SCORES, "accuracy/A", SIZE);
  const seen = camera ?? { x: 0, y: 0, k: 1 };
  const frame: Frame = { layout, camera: { x: 0, y: 0, k: 1 }, size: SIZE, theme: THEME };
  const rows = { pinned: -1, hovered: -1, path: [], ...marked };
  return toSvg({
    size: SIZE,
    background: THEME.paper,
    layers: [
      { primitives: groundScene(data, frame, rows.path.length > 0), camera: seen },
      { primitives: pointerScene(data, { ...frame, camera: seen }, rows) },
    ],
  });
}

interface Marks {
  pinned: number;
  hovered: number;
  path: number[];
}

describe("the draw list as SVG", () => {
  it("of the lattice", () => expect(svg("lattice")).toMatchSnapshot());
  it("of the landscape", () => expect(svg("landscape")).toMatchSnapshot());
  it("of a set that is pointed at", () =>
    expect(svg("landscape", { hovered: 1 })).toMatchSnapshot());
  it("of a path and the pinned set, under a camera", () =>
    expect(
      svg("lattice", { pinned: 3, path: [0, 1, 3] }, { x: -40, y: 12.5, k: 1.5 }),
    ).toMatchSnapshot());

  it("has names as text that no browser takes for markup", () => {
    const text = svg("lattice");
    expect(text).toContain("A&lt;B&gt;&amp;&quot;D'</text>");
    expect(text).not.toContain("<B>");
  });

  it("moves shapes as the screen does: places and rectangles, not radii", () => {
    const text = toSvg({
      size: SIZE,
      background: "white",
      layers: [
        {
          primitives: [
            dots(Float64Array.of(10, 20), 4, { fill: "red", opacity: 0.5 }),
            rects([1, 2, 30, 40], { fill: "blue" }),
          ],
          camera: { x: 5, y: -5, k: 2 },
          opacity: 0.45,
        },
      ],
    });
    expect(text).toContain('<g opacity="0.45">');
    expect(text).toContain('<g fill="red" opacity="0.5">\n<circle cx="25" cy="35" r="4"/>');
    expect(text).toContain('<rect x="7" y="-1" width="60" height="80"/>');
  });
});

describe("tables", () => {
  const table = {
    columns: ["training_set", "score", "note"],
    about: { lattice: "toy", filter: null },
    rows: [
      ["A", 0.1 + 0.2, null],
      ["=1+2", -0.5, "a,b"],
      ["+B", 1e-7, 'say "hi"\nthere'],
    ],
  };

  it("are written as CSV with all digits, quotes where they are due, and no formulas", () => {
    expect([...csvParts(table)].join("")).toBe(
      "training_set,score,note\r\n" +
        "A,0.30000000000000004,\r\n" +
        '\'=1+2,-0.5,"a,b"\r\n' +
        '\'+B,1e-7,"say ""hi""\nthere"\r\n',
    );
    for (const text of ["=x", "+x", "-x", "@x", "\tx", "\rx"]) expect(field(text)).toContain("'");
    expect([field(-1), field(null), field("a-b"), field(true)]).toEqual(["-1", "", "a-b", "true"]);
  });

  it("are written as JSON that says what it is about", () => {
    expect(JSON.parse([...jsonParts(table)].join(""))).toEqual({
      lattice: "toy",
      filter: null,
      columns: table.columns,
      rows: table.rows,
    });
    expect(JSON.parse([...jsonParts({ columns: ["a"], rows: [] })].join(""))).toEqual({
      columns: ["a"],
      rows: [],
    });
  });

  it("of many rows are written in parts", () => {
    const rows = Array.from({ length: 25_001 }, (_, row) => [row]);
    const parts = [...csvParts({ columns: ["n"], rows })];
    expect(parts.length).toBe(4);
    expect(parts.join("").split("\r\n").length).toBe(25_003);
    expect(JSON.parse([...jsonParts({ columns: ["n"], rows })].join("")).rows).toEqual(rows);
  });
});

describe("graphs", () => {
  it("are GraphML whose attributes are typed and escaped, missing ones left out", () => {
    const text = [
      ...graphmlParts({
        nodes: [
          { id: "A&B", attributes: { rank: 1, "score: x": 0.5 } },
          { id: "{}", attributes: { rank: 0, "score: x": null } },
        ],
        edges: [{ source: "{}", target: "A&B", attributes: { object: "<A>" } }],
      }),
    ].join("");
    expect(text).toContain('<key id="d0" for="node" attr.name="rank" attr.type="long"/>');
    expect(text).toContain('<key id="d1" for="node" attr.name="score: x" attr.type="double"/>');
    expect(text).toContain('<node id="A&amp;B"><data key="d0">1</data><data key="d1">0.5</data>');
    expect(text).toContain('<node id="{}"><data key="d0">0</data></node>');
    expect(text).toContain('<data key="d2">&lt;A&gt;</data></edge>');
  });

  it("refuse names that XML cannot hold", () => {
    const nodes = [{ id: "a\u0001", attributes: {} }];
    expect(() => [...graphmlParts({ nodes, edges: [] })]).toThrow("cannot hold");
    expect(escaped("a\u0001<")).toBe("a\ufffd&lt;");
  });
});

describe("names of files", () => {
  it("say lattice, measure, filter and page, and are safe", () => {
    expect(
      fileName(["adult", "accuracy/held-out", 'contains("B") and rank >= 3', "map"], "csv"),
    ).toBe("adult_accuracy-held-out_contains-B-and-rank-=-3_map.csv");
    expect(fileName(["../../etc/passwd", null, "", "map"], "svg")).toBe("etc-passwd_map.svg");
    expect(fileName(["***"], "png")).toBe("export.png");
    expect(fileName(["名前", "x".repeat(200)], "json")).toBe(`名前_${"x".repeat(60)}.json`);
    expect(fileName(Array(8).fill("x".repeat(200)), "graphml").length).toBeLessThan(220);
  });
});
