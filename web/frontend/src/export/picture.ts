/** The picture of a page: a caption, and what the page has marked, one below the other. */

import { FONT } from "../map/paint";
import { textWidth } from "../map/text";
import { theme } from "../state/theme";
import { plainColor } from "./colors";
import { round } from "./element";
import { wrapped } from "./letters";
import { type LayersOf, MARK, type Region, regionOf } from "./region";
import type { Picture } from "./types";
import { escaped } from "./xml";

const MARGIN = 16;
const GAP = 14;
const LEAST_WIDTH = 360;
const TITLE = { size: 15, line: 21 };
const LINE = { size: 12, line: 17 };

/** The marked parts of the page under these lines; null where nothing is marked. */
export function pictureOf(
  caption: readonly (string | null)[],
  layersOf: LayersOf = () => null,
): Picture | null {
  const marked = [...document.querySelectorAll(`main [${MARK}]:not([${MARK}="none"])`)];
  const roots = marked.filter((each) => !each.parentElement?.closest(`[${MARK}]`));
  const regions = roots
    .map((root, place) => unstuck(root, () => regionOf(root, `part-${place}`, layersOf)))
    .filter(({ box }) => box.bottom > box.top && box.right > box.left);
  if (regions.length === 0) return null;
  const left = Math.min(...regions.map(({ box }) => box.left));
  const right = Math.max(...regions.map(({ box }) => box.right));
  const inner = Math.max(LEAST_WIDTH, right - left);
  const said = captionMarkup(caption, inner);
  const parts = [...said.parts];
  let top = MARGIN + said.height;
  let before: Region | null = null;
  for (const region of regions) {
    const gap = before ? region.box.top - before.box.bottom : GAP;
    top += Math.max(2, Math.min(GAP, gap));
    const x = round(MARGIN + region.box.left - left);
    parts.push(`<g transform="translate(${x} ${round(top)})">\n${region.markup}\n</g>`);
    top += region.box.bottom - region.box.top;
    before = region;
  }
  const size = { width: Math.ceil(inner + 2 * MARGIN), height: Math.ceil(top + MARGIN) };
  return { size, svg: standing(size, parts) };
}

/** What is taken whole has nothing that sticks where it is scrolled to. */
function unstuck<T>(root: Element, take: () => T): T {
  if (root.getAttribute(MARK) !== "whole") return take();
  root.classList.add("unstuck");
  try {
    return take();
  } finally {
    root.classList.remove("unstuck");
  }
}

/** An SVG that stands alone, on the color of the page. */
function standing({ width, height }: Picture["size"], parts: readonly string[]): string {
  const paper = plainColor(theme.peek().paper)?.hex ?? "#ffffff";
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escaped(FONT)}">`,
    `<rect width="${width}" height="${height}" fill="${paper}"/>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

function captionMarkup(
  caption: readonly (string | null)[],
  width: number,
): { parts: string[]; height: number } {
  const { ink, muted } = theme.peek();
  const parts: string[] = [];
  let height = 0;
  for (const [place, text] of caption.filter((line) => line !== null && line !== "").entries()) {
    const { size, line } = place === 0 ? TITLE : LINE;
    const bold = place === 0;
    const color = plainColor(bold ? ink : muted)?.hex ?? "#000000";
    for (const each of wrapped(text ?? "", width, (letters) => textWidth(letters, size, bold))) {
      const weight = bold ? ' font-weight="600"' : "";
      const y = round(MARGIN + height + size);
      parts.push(
        `<text x="${MARGIN}" y="${y}" font-size="${size}"${weight} fill="${color}">${escaped(each)}</text>`,
      );
      height += line;
    }
  }
  return { parts, height };
}
