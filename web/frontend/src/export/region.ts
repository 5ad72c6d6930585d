/** A part of the page as SVG: its texts, boxes, drawings and canvases where the screen has them. */
import {
  type Box,
  boxMarkup,
  type Clip,
  clipped,
  inBoth,
  insideOf,
  overlap,
  type Sheet,
} from "./boxes";
import { elementMarkup, round } from "./element";
import { fragmentsOf, type Run, textMarkup } from "./letters";
import { layersMarkup } from "./svg";
import type { Layer } from "./types";

/** What a canvas was painted from. */
export type LayersOf = (canvas: HTMLCanvasElement) => readonly Layer[] | null;

export interface Region {
  /** Where it is on the page, in pixels of the window. */
  readonly box: Box;
  /** SVG whose origin is the left upper corner of the box. */
  readonly markup: string;
}

/**
 * Put on elements that belong into the picture: as far as they are seen, or with `whole` all of
 * them. With `none`, an element inside of these is left out.
 */
export const MARK = "data-picture";
const NEVER = new Set(["INPUT", "SELECT", "TEXTAREA", "PROGRESS", "SCRIPT", "STYLE"]);

interface Walk extends Sheet {
  readonly layersOf: LayersOf;
  /** What sticks lies over what scrolls. */
  readonly over: { readonly z: number; readonly markup: string }[];
  /** Where the lowest thing that is drawn ends. */
  lowest: number;
}

export function regionOf(root: Element, name: string, layersOf: LayersOf): Region {
  const origin = root.getBoundingClientRect();
  const walk: Walk = { origin, layersOf, over: [], definitions: [], name, lowest: origin.top };
  const body = elementOf(root, null, walk);
  const over = walk.over.toSorted((one, other) => one.z - other.z).map(({ markup }) => markup);
  const defined = walk.definitions.length > 0 ? `<defs>${walk.definitions.join("")}</defs>` : "";
  // A part may be taller than what is in it, to fill the window.
  const { left, top, right, bottom } = origin;
  const box = { left, top, right, bottom: Math.min(bottom, Math.ceil(walk.lowest)) };
  return { box, markup: [defined, body, ...over].filter(Boolean).join("\n") };
}

function elementOf(element: Element, clip: Clip | null, walk: Walk): string {
  const style = getComputedStyle(element);
  if (isUnseen(element, style)) return "";
  const box = element.getBoundingClientRect();
  if (clip && box.width > 0 && box.height > 0 && !overlap(box, clip)) return "";
  const parts: string[] = [];
  if (element instanceof SVGSVGElement) {
    const { left, top } = walk.origin;
    const place = { x: box.left - left, y: box.top - top, width: box.width, height: box.height };
    reach(walk, box, clip);
    parts.push(clipped(elementMarkup(element, place), box, clip, walk));
  } else {
    const own = boxMarkup(box, style, clip, walk);
    if (own !== "") reach(walk, box, clip);
    parts.push(own);
    if (element instanceof HTMLCanvasElement) {
      reach(walk, box, clip);
      parts.push(clipped(canvasMarkup(element, box, walk), box, box, walk, true));
    }
    const inner = clipOf(box, style, clip);
    let run: Text[] = [];
    for (const node of element.childNodes) {
      if (node instanceof Text) run.push(node);
      else if (node instanceof Element && node.tagName !== "WBR") {
        parts.push(lettersOf(run, style, inner, walk), elementOf(node, inner, walk));
        run = [];
      }
    }
    parts.push(lettersOf(run, style, inner, walk));
  }
  const content = parts.filter(Boolean).join("\n");
  const opacity = Number(style.opacity);
  const markup = opacity < 1 && content ? `<g opacity="${opacity}">${content}</g>` : content;
  const z = Number(style.zIndex);
  if (style.position !== "sticky" || !(z > 0)) return markup;
  walk.over.push({ z, markup });
  return "";
}

/** What cuts the content of a box: what cuts the box, and the box itself where it does. */
function clipOf(box: Box, style: CSSStyleDeclaration, clip: Clip | null): Clip | null {
  if (style.overflow === "visible") return clip;
  const ellipsis = style.textOverflow === "ellipsis";
  return { ...inBoth(insideOf(box, style), clip), ellipsis };
}

function reach(walk: Walk, box: Box, clip: Box | null): void {
  walk.lowest = Math.max(walk.lowest, inBoth(box, clip).bottom);
}

function isUnseen(element: Element, style: CSSStyleDeclaration): boolean {
  return (
    NEVER.has(element.tagName) ||
    element.getAttribute(MARK) === "none" ||
    element.classList.contains("hidden") ||
    style.display === "none" ||
    style.visibility === "hidden" ||
    style.opacity === "0"
  );
}

function lettersOf(run: Run, style: CSSStyleDeclaration, clip: Clip | null, walk: Walk): string {
  const cut = clip?.ellipsis ? clip.right : null;
  return fragmentsOf(run, style, clip?.bottom ?? null, cut)
    .map((fragment) => {
      if (clip && !overlap(fragment.box, clip)) return "";
      reach(walk, fragment.box, clip);
      return clipped(textMarkup(fragment, style, walk.origin), fragment.box, clip, walk);
    })
    .filter(Boolean)
    .join("\n");
}

function canvasMarkup(canvas: HTMLCanvasElement, box: Box, walk: Walk): string {
  const layers = walk.layersOf(canvas);
  if (!layers) return "";
  const [x, y] = [round(box.left - walk.origin.left), round(box.top - walk.origin.top)];
  return `<g transform="translate(${x} ${y})">\n${layersMarkup(layers)}\n</g>`;
}
