/** How wide texts are: by the canvas where there is one, so that labels can be kept apart. */
import { FONT } from "./paint";

const MOST_REMEMBERED = 20_000;
const EM = 0.6;
const known = new Map<string, number>();
let context: CanvasRenderingContext2D | null | undefined;

/** Width of a text in pixels. Outside of a page it is estimated. */
export function textWidth(text: string, size: number, bold = false): number {
  if (context === undefined) {
    context = typeof document === "undefined" ? null : scratch();
  }
  if (!context) return [...text].length * size * EM;
  const font = `${bold ? "600 " : ""}${size}px ${FONT}`;
  const key = `${font} ${text}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  context.font = font;
  const width = context.measureText(text).width;
  if (known.size >= MOST_REMEMBERED) known.clear();
  known.set(key, width);
  return width;
}

function scratch(): CanvasRenderingContext2D | null {
  return document.createElement("canvas").getContext("2d");
}
