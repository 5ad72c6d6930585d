/** Texts of the page as SVG texts: one for each line that the browser made of them. */
import type { Box } from "./boxes";
import { plainColor } from "./colors";
import { round } from "./element";
import { escaped } from "./xml";

/** Letters that stand in one line, and where. */
export interface Fragment {
  readonly text: string;
  readonly box: Box;
}

const ELLIPSIS = "…";
const SAME_LINE = 2;

/** Texts that follow each other in one element: for the reader they are one. */
export type Run = readonly Text[];

/**
 * The lines of a run. What is below `bottom` is not shown, and of a line only what is left of
 * `right`; an ellipsis says so.
 */
export function fragmentsOf(
  run: Run,
  style: CSSStyleDeclaration,
  bottom: number | null,
  right: number | null,
): Fragment[] {
  const whole = run.map((node) => node.data).join("");
  const start = whole.search(/\S/);
  if (start < 0) return [];
  const end = whole.trimEnd().length;
  const range = document.createRange();
  range.setStart(...placeIn(run, start));
  range.setEnd(...placeIn(run, end));
  const rects = boxesOf(range);
  if (rects.length === 0) return [];
  const box = around(rects);
  const isCut = right !== null && box.right > right + 0.5;
  const [first] = rects;
  const isOneLine = rects.every(({ top }) => Math.abs(top - (first?.top ?? 0)) < SAME_LINE);
  if (isOneLine && !isCut) return [{ text: spaced(whole), box }];
  const letters = lettersOf(run, whole, start, end);
  const kept =
    bottom === null ? letters : letters.filter(({ box }) => box.top < bottom - SAME_LINE);
  const lines = linesOf(kept);
  const last = lines.at(-1);
  if (last && kept.length < letters.length) last.text += ELLIPSIS;
  if (right === null) return lines;
  const room = Number.parseFloat(style.fontSize);
  return lines.map((line) => shortenedTo(line, kept, right, room));
}

interface Letter {
  readonly text: string;
  readonly box: Box;
}

function lettersOf(run: Run, whole: string, start: number, end: number): Letter[] {
  const found: Letter[] = [];
  const range = document.createRange();
  let at = start;
  for (const text of whole.slice(start, end)) {
    range.setStart(...placeIn(run, at));
    range.setEnd(...placeIn(run, at + text.length));
    const box = boxesOf(range).at(-1);
    if (box) found.push({ text, box });
    at += text.length;
  }
  return found;
}

/** The node of a run that holds a place, and the place in it. */
function placeIn(run: Run, at: number): [node: Text, place: number] {
  let rest = at;
  for (const node of run) {
    if (rest <= node.data.length) return [node, rest];
    rest -= node.data.length;
  }
  const last = run.at(-1) as Text;
  return [last, last.data.length];
}

function boxesOf(range: Range): Box[] {
  return [...range.getClientRects()]
    .filter(({ width, height }) => width > 0 && height > 0)
    .map(({ left, top, right, bottom }) => ({ left, top, right, bottom }));
}

function around(boxes: readonly Box[]): Box {
  return {
    left: Math.min(...boxes.map(({ left }) => left)),
    top: Math.min(...boxes.map(({ top }) => top)),
    right: Math.max(...boxes.map(({ right }) => right)),
    bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
  };
}

/** Letters that have the same top, put together. */
export function linesOf(letters: readonly Letter[]): { text: string; box: Box }[] {
  const lines: { text: string; box: Box }[] = [];
  for (const { text, box } of letters) {
    const line = lines.at(-1);
    if (line && Math.abs(line.box.top - box.top) < SAME_LINE) {
      line.text += text;
      line.box = { ...line.box, right: Math.max(line.box.right, box.right) };
    } else if (text.trim() !== "") lines.push({ text, box });
  }
  return lines.map(({ text, box }) => ({ text: spaced(text), box }));
}

/** A line that ends before `right`, with room for its ellipsis. */
function shortenedTo(
  line: Fragment,
  letters: readonly Letter[],
  right: number,
  room: number,
): Fragment {
  if (line.box.right <= right + 0.5) return line;
  const mine = letters.filter(({ box }) => Math.abs(box.top - line.box.top) < SAME_LINE);
  const fitting = mine.filter(({ box }) => box.right <= right - room);
  const text = `${fitting.map((letter) => letter.text).join("")}${ELLIPSIS}`;
  return { text: spaced(text), box: { ...line.box, right } };
}

function spaced(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** A text in lines that fit; a word that does not fit is broken. */
export function wrapped(text: string, width: number, widthOf: (text: string) => number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (widthOf(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    line = "";
    for (const letter of word) {
      if (line !== "" && widthOf(line + letter) > width) {
        lines.push(line);
        line = "";
      }
      line += letter;
    }
  }
  return line === "" ? lines : [...lines, line];
}

/** A line as SVG, on its baseline; what is written upwards is turned. */
export function textMarkup(
  { text, box }: Fragment,
  style: CSSStyleDeclaration,
  origin: Box,
): string {
  const color = plainColor(style.color);
  if (!color || text === "") return "";
  const isUpright = style.writingMode.startsWith("vertical");
  const [left, top] = [box.left - origin.left, box.top - origin.top];
  const [width, height] = [box.right - box.left, box.bottom - box.top];
  const place = isUpright
    ? ` transform="translate(${round(left + ascent(style, width))} ${round(top + height)}) rotate(-90)"`
    : ` x="${round(left)}" y="${round(top + ascent(style, height))}"`;
  const attributes = [
    place,
    ` font-family="${escaped(style.fontFamily)}" font-size="${Number.parseFloat(style.fontSize)}"`,
    style.fontWeight === "400" ? "" : ` font-weight="${style.fontWeight}"`,
    style.fontStyle === "normal" ? "" : ` font-style="${style.fontStyle}"`,
    ` fill="${color.hex}"`,
    color.opacity < 1 ? ` fill-opacity="${round(color.opacity)}"` : "",
  ];
  return `<text${attributes.join("")}>${escaped(text)}</text>`;
}

let context: CanvasRenderingContext2D | null = null;

/** From the top of a line's letters to its baseline. */
function ascent(style: CSSStyleDeclaration, height: number): number {
  context ??= document.createElement("canvas").getContext("2d");
  if (!context) return height * 0.8;
  context.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = context.measureText("x");
  return (height * up) / (up + down);
}
