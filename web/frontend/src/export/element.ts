/** An SVG of the page as a text that stands alone: its style sheet's looks become attributes. */
import { plainColor } from "./colors";
import { escaped } from "./xml";

const SHAPES = new Set(["circle", "ellipse", "line", "path", "polygon", "polyline", "rect"]);
const TEXTS = new Set(["text", "tspan"]);
/** What says where things are; everything else of an element is its look, or of the page only. */
const PLACES =
  "cx cy d dx dy height points preserveAspectRatio r rx ry transform viewBox width x x1 x2 y y1 y2".split(
    " ",
  );

interface Look {
  readonly name: string;
  /** What holds where nothing is said. */
  readonly initial: string;
  readonly of: "shapes" | "texts" | "both";
}
const LOOKS: readonly Look[] = [
  { name: "stroke-dasharray", initial: "none", of: "both" },
  { name: "stroke-linecap", initial: "butt", of: "shapes" },
  { name: "stroke-linejoin", initial: "miter", of: "both" },
  { name: "vector-effect", initial: "none", of: "shapes" },
  { name: "paint-order", initial: "normal", of: "texts" },
  { name: "font-family", initial: "", of: "texts" },
  { name: "font-size", initial: "", of: "texts" },
  { name: "font-weight", initial: "400", of: "texts" },
  { name: "font-style", initial: "normal", of: "texts" },
  { name: "text-anchor", initial: "start", of: "texts" },
  { name: "dominant-baseline", initial: "auto", of: "texts" },
];

/** Reads a property of a computed style. */
export type Read = (property: string) => string;

/** The attributes that give an element its look, as computed; none where it is a mere group. */
export function lookOf(tag: string, read: Read): [name: string, value: string][] {
  const isText = TEXTS.has(tag);
  const found: [string, string][] = [];
  if (isText || SHAPES.has(tag)) {
    if (tag !== "line") found.push(...paintOf("fill", read));
    found.push(...strokeOf(read));
    for (const { name, initial, of } of LOOKS) {
      if (of !== "both" && (of === "texts") !== isText) continue;
      const value = read(name).replaceAll("px", "");
      const needsStroke = name.startsWith("stroke") || name === "vector-effect";
      if (needsStroke && plainColor(read("stroke")) === null) continue;
      if (value !== initial && value !== "") found.push([name, value]);
    }
  }
  const opacity = read("opacity");
  if (opacity !== "1" && opacity !== "") found.push(["opacity", opacity]);
  return found;
}

function paintOf(name: "fill" | "stroke", read: Read): [string, string][] {
  const color = plainColor(read(name));
  if (!color) return name === "fill" ? [["fill", "none"]] : [];
  const opacity = color.opacity * Number(read(`${name}-opacity`) || 1);
  const paint: [string, string] = [name, color.hex];
  return opacity < 1 ? [paint, [`${name}-opacity`, `${opacity}`]] : [paint];
}

function strokeOf(read: Read): [string, string][] {
  const paint = paintOf("stroke", read);
  const width = read("stroke-width").replace("px", "");
  return paint.length > 0 && width !== "1" && width !== ""
    ? [...paint, ["stroke-width", width]]
    : paint;
}

/** An SVG of the page, placed in another one. */
export function elementMarkup(
  svg: SVGSVGElement,
  place: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  },
): string {
  const attributes = Object.entries(place).map(([name, value]) => ` ${name}="${round(value)}"`);
  for (const name of ["viewBox", "preserveAspectRatio"]) {
    const value = svg.getAttribute(name);
    if (value !== null) attributes.push(` ${name}="${escaped(value)}"`);
  }
  const overflow = getComputedStyle(svg).overflow === "visible" ? ' overflow="visible"' : "";
  return `<svg${attributes.join("")}${overflow}>${inside(svg)}</svg>`;
}

function inside(element: Element): string {
  return [...element.childNodes]
    .map((node) => {
      if (node instanceof Text) return escaped(node.data);
      return node instanceof SVGElement ? markup(node) : "";
    })
    .join("");
}

function markup(element: SVGElement): string {
  const style = getComputedStyle(element);
  const name = element.localName;
  if (name === "title") return `<title>${inside(element)}</title>`;
  if (style.display === "none" || style.visibility === "hidden") return "";
  const read: Read = (property) => style.getPropertyValue(property);
  const look = lookOf(name, read);
  const isUnseen = SHAPES.has(name) && !look.some(([, value]) => value.startsWith("#"));
  if (isUnseen) return "";
  const places = PLACES.flatMap((each): [string, string][] => {
    const value = element.getAttribute(each);
    return value === null ? [] : [[each, value]];
  });
  const said = [...places, ...look].map(([each, value]) => ` ${each}="${escaped(value)}"`).join("");
  const tag = name === "a" ? "g" : name; // its link leads into the page
  const content = inside(element);
  return content === "" ? `<${tag}${said}/>` : `<${tag}${said}>${content}</${tag}>`;
}

/** Pixels to a hundredth: more is noise. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
