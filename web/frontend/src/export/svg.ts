/** A drawing as SVG: the same draw list that the screen is painted from, text as text. */
import { FONT } from "../map/paint";
import type { CameraLike, Dots, Label, Lines, Primitive, Rects } from "../map/types";
import type { Drawing, Layer } from "./types";
import { escaped } from "./xml";

const UNMOVED: CameraLike = { x: 0, y: 0, k: 1 };

export function toSvg({ size, background, layers }: Drawing): string {
  const [width, height] = [short(size.width), short(size.height)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escaped(FONT)}">`,
    `<rect width="${width}" height="${height}" fill="${escaped(background)}"/>`,
    layersMarkup(layers),
    "</svg>",
    "",
  ].join("\n");
}

/** The groups of layers, to stand in an SVG. */
export function layersMarkup(layers: readonly Layer[]): string {
  return layers
    .flatMap(({ primitives, camera, opacity }) => [
      opacity === undefined || opacity === 1 ? "<g>" : `<g opacity="${opacity}">`,
      ...primitives.flatMap((each) => elements(each, camera ?? UNMOVED)),
      "</g>",
    ])
    .join("\n");
}

function elements(primitive: Primitive, camera: CameraLike): string[] {
  if (primitive.kind === "label") return [text(primitive, camera)];
  if (primitive.points.length === 0) return [];
  if (primitive.kind === "lines") return [path(primitive, camera)];
  return [`<g${look(primitive)}>`, ...shapes(primitive, camera), "</g>"];
}

function path(lines: Lines, { x, y, k }: CameraLike): string {
  const parts: string[] = [];
  for (let index = 0; index + 3 < lines.points.length; index += 4) {
    const [x1, y1, x2, y2] = [0, 1, 2, 3].map((place) =>
      short((lines.points[index + place] ?? 0) * k + (place % 2 ? y : x)),
    );
    parts.push(`M${x1} ${y1}L${x2} ${y2}`);
  }
  const dash = lines.dash.length > 0 ? ` stroke-dasharray="${lines.dash.join(" ")}"` : "";
  const opacity = lines.opacity === 1 ? "" : ` opacity="${short(lines.opacity)}"`;
  return `<path d="${parts.join("")}" fill="none" stroke="${escaped(lines.color)}" stroke-width="${lines.width}" stroke-linecap="round"${dash}${opacity}/>`;
}

function look({ fill, stroke, width, opacity }: Dots | Rects): string {
  const outline = stroke === null ? "" : ` stroke="${escaped(stroke)}" stroke-width="${width}"`;
  const strength = opacity === 1 ? "" : ` opacity="${short(opacity)}"`;
  return ` fill="${escaped(fill ?? "none")}"${outline}${strength}`;
}

function shapes(primitive: Dots | Rects, { x, y, k }: CameraLike): string[] {
  const { points } = primitive;
  const found: string[] = [];
  const at = (index: number) => points[index] ?? 0;
  if (primitive.kind === "dots") {
    for (let index = 0; index + 1 < points.length; index += 2) {
      const [cx, cy] = [short(at(index) * k + x), short(at(index + 1) * k + y)];
      found.push(`<circle cx="${cx}" cy="${cy}" r="${primitive.radius}"/>`);
    }
    return found;
  }
  for (let index = 0; index + 3 < points.length; index += 4) {
    const [left, top] = [short(at(index) * k + x), short(at(index + 1) * k + y)];
    const [width, height] = [short(at(index + 2) * k), short(at(index + 3) * k)];
    found.push(`<rect x="${left}" y="${top}" width="${width}" height="${height}"/>`);
  }
  return found;
}

const ANCHORS = { left: "start", center: "middle", right: "end" } as const;
const BASELINES = {
  top: "text-before-edge",
  middle: "central",
  bottom: "text-after-edge",
} as const;

function text(label: Label, { x, y, k }: CameraLike): string {
  const halo = label.halo
    ? ` stroke="${escaped(label.halo)}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"`
    : "";
  const weight = label.bold ? ' font-weight="600"' : "";
  return (
    `<text x="${short(label.x * k + x)}" y="${short(label.y * k + y)}" font-size="${label.size}"` +
    ` fill="${escaped(label.color)}" text-anchor="${ANCHORS[label.align]}"` +
    ` dominant-baseline="${BASELINES[label.baseline]}"${weight}${halo}>${escaped(label.text)}</text>`
  );
}

function short(value: number): number {
  return Math.round(value * 100) / 100;
}
