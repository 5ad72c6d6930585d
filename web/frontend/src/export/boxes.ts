/** Boxes of the page as SVG: what they are filled and framed with, and what they cut off. */
import { plainColor } from "./colors";
import { round } from "./element";

/** Edges in pixels of the window. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What is not shown is outside of it. */
export interface Clip extends Box {
  /** Whether lines that are cut end with an ellipsis. */
  readonly ellipsis: boolean;
}

/** What boxes are drawn on. */
export interface Sheet {
  readonly origin: Box;
  readonly definitions: string[];
  /** Tells definitions of several sheets in one file apart. */
  readonly name: string;
}

/** Background, borders, outline and the bar at the left edge of what is marked. */
export function boxMarkup(
  whole: Box,
  style: CSSStyleDeclaration,
  clip: Box | null,
  sheet: Sheet,
): string {
  const box = inBoth(whole, clip);
  const radius = sameBox(whole, box) ? Number.parseFloat(style.borderTopLeftRadius) : 0;
  const parts: string[] = [];
  const back = plainColor(style.backgroundColor);
  if (back) parts.push(rectOf(box, sheet, fillOf(back), radius));
  const stripes = stripesOf(style.backgroundImage, sheet);
  if (stripes) parts.push(rectOf(box, sheet, ` fill="url(#${stripes})"`, 0));
  const bar = /^(rgba?\([^)]*\)) (\d[\d.]*)px 0px 0px 0px inset$/.exec(style.boxShadow);
  const barColor = bar ? plainColor(bar[1] ?? "") : null;
  if (barColor) {
    const right = Math.min(box.right, whole.left + Number(bar?.[2] ?? 0));
    parts.push(rectOf({ ...box, right }, sheet, fillOf(barColor), 0));
  }
  return [...parts, ...bordersOf(whole, style, clip, radius, sheet), outlineOf(whole, style, sheet)]
    .filter(Boolean)
    .join("");
}

function rectOf(box: Box, { origin }: Sheet, paint: string, radius: number): string {
  const [width, height] = [round(box.right - box.left), round(box.bottom - box.top)];
  if (!(width > 0 && height > 0)) return "";
  const corners = radius > 0 ? ` rx="${round(Math.min(radius, height / 2, width / 2))}"` : "";
  return `<rect x="${round(box.left - origin.left)}" y="${round(box.top - origin.top)}" width="${width}" height="${height}"${corners}${paint}/>`;
}

function fillOf({ hex, opacity }: { hex: string; opacity: number }): string {
  return ` fill="${hex}"${opacity < 1 ? ` fill-opacity="${round(opacity)}"` : ""}`;
}

/** The name of a pattern like a repeating gradient of one color and nothing; null for others. */
function stripesOf(background: string, sheet: Sheet): string | null {
  const found = stripesIn(background);
  const color = found && plainColor(found.color);
  if (!color) return null;
  const { width, every } = found;
  const id = `${sheet.name}-stripes-${color.hex.slice(1)}-${width}-${every}`;
  if (!sheet.definitions.some((each) => each.includes(`"${id}"`))) {
    sheet.definitions.push(
      `<pattern id="${id}" width="${every}" height="${every}" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="${width}" height="${every}" fill="${color.hex}"/></pattern>`,
    );
  }
  return id;
}

/** The color of stripes, how wide they are, and how often they come. */
export function stripesIn(
  background: string,
): { color: string; width: number; every: number } | null {
  if (!background.startsWith("repeating-linear-gradient(")) return null;
  const color = /rgba?\([^)]*\)|color\([^)]*\)|#\w+/.exec(background)?.[0];
  const lengths = [...background.matchAll(/([\d.]+)px/g)].map(([, length]) => Number(length));
  const width = lengths.find((length) => length > 0);
  const every = lengths.at(-1);
  return color && width && every ? { color, width, every } : null;
}

const SIDES = ["Top", "Right", "Bottom", "Left"] as const;

function bordersOf(
  box: Box,
  style: CSSStyleDeclaration,
  clip: Box | null,
  radius: number,
  sheet: Sheet,
): string[] {
  const sides = SIDES.map((side) => {
    const width = Number.parseFloat(style[`border${side}Width`]);
    const kind = style[`border${side}Style`];
    const color = kind === "none" || width === 0 ? null : plainColor(style[`border${side}Color`]);
    return { side, width, kind, color };
  });
  const [first] = sides;
  const alike = sides.every(
    ({ color, width, kind }) =>
      color !== null &&
      color.hex === first?.color?.hex &&
      width === first.width &&
      kind === first.kind,
  );
  if (alike && first?.color && (!clip || sameBox(box, inBoth(box, clip)))) {
    return [framed(box, first.width / 2, first.width, first.color.hex, first.kind, radius, sheet)];
  }
  return sides.flatMap(({ side, width, color }) => {
    if (!color) return [];
    const line = {
      left: side === "Right" ? box.right - width : box.left,
      right: side === "Left" ? box.left + width : box.right,
      top: side === "Bottom" ? box.bottom - width : box.top,
      bottom: side === "Top" ? box.top + width : box.bottom,
    };
    const seen = inBoth(line, clip);
    return [rectOf(seen, sheet, fillOf(color), 0)];
  });
}

function outlineOf(box: Box, style: CSSStyleDeclaration, sheet: Sheet): string {
  const width = Number.parseFloat(style.outlineWidth);
  if (style.outlineStyle === "none" || style.outlineStyle === "auto" || !(width > 0)) return "";
  const color = plainColor(style.outlineColor);
  const inset = -Number.parseFloat(style.outlineOffset) - width / 2;
  return color ? framed(box, inset, width, color.hex, style.outlineStyle, 0, sheet) : "";
}

/** A frame whose middle is so far inside of a box. */
function framed(
  box: Box,
  inset: number,
  width: number,
  color: string,
  kind: string,
  radius: number,
  sheet: Sheet,
): string {
  const dash = kind === "dashed" ? ` stroke-dasharray="${3 * width} ${2 * width}"` : "";
  const inner = {
    left: box.left + inset,
    top: box.top + inset,
    right: box.right - inset,
    bottom: box.bottom - inset,
  };
  return rectOf(
    inner,
    sheet,
    ` fill="none" stroke="${color}" stroke-width="${width}"${dash}`,
    radius,
  );
}

// ---------------------------------------------------------------- clips

export function overlap(one: Box, other: Box): boolean {
  return (
    one.left < other.right &&
    other.left < one.right &&
    one.top < other.bottom &&
    other.top < one.bottom
  );
}

export function inBoth(box: Box, clip: Box | null): Box {
  if (!clip) return box;
  return {
    left: Math.max(box.left, clip.left),
    top: Math.max(box.top, clip.top),
    right: Math.min(box.right, clip.right),
    bottom: Math.min(box.bottom, clip.bottom),
  };
}

function sameBox(one: Box, other: Box): boolean {
  return (
    one.left === other.left &&
    one.top === other.top &&
    one.right === other.right &&
    one.bottom === other.bottom
  );
}

/** A box without its borders: where what overflows is cut. */
export function insideOf(box: Box, style: CSSStyleDeclaration): Box {
  return {
    left: box.left + Number.parseFloat(style.borderLeftWidth),
    top: box.top + Number.parseFloat(style.borderTopWidth),
    right: box.right - Number.parseFloat(style.borderRightWidth),
    bottom: box.bottom - Number.parseFloat(style.borderBottomWidth),
  };
}

/** Markup that shows only what is inside of a clip; as it is where all of it is. */
export function clipped(
  markup: string,
  box: Box,
  clip: Box | null,
  sheet: Sheet,
  always = false,
): string {
  if (!clip || markup === "") return markup;
  const slack = 1; // of fractions of pixels
  const isInside =
    box.left >= clip.left - slack &&
    box.top >= clip.top - slack &&
    box.right <= clip.right + slack &&
    box.bottom <= clip.bottom + slack;
  if (isInside && !always) return markup;
  const area = rectOf(clip, sheet, "", 0);
  const known = sheet.definitions.findIndex((each) => each.includes(`>${area}<`));
  const number = known >= 0 ? known : sheet.definitions.length;
  const id = `${sheet.name}-clip-${number}`;
  if (known < 0) sheet.definitions.push(`<clipPath id="${id}">${area}</clipPath>`);
  return `<g clip-path="url(#${id})">${markup}</g>`;
}
