/** Paints a draw list on a canvas. It decides nothing. */
import type { Dots, Label, Lines, Primitive, Size } from "./types";

const FONT = "system-ui, sans-serif";

/** Size a canvas for the screen's pixels and clear it. */
export function prepare(canvas: HTMLCanvasElement, size: Size): CanvasRenderingContext2D | null {
  const ratio = devicePixelRatio || 1;
  const width = Math.round(size.width * ratio);
  const height = Math.round(size.height * ratio);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext("2d");
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  context?.clearRect(0, 0, size.width, size.height);
  return context;
}

export function paint(context: CanvasRenderingContext2D, scene: readonly Primitive[]): void {
  for (const primitive of scene) {
    if (primitive.kind === "lines") paintLines(context, primitive);
    else if (primitive.kind === "dots") paintDots(context, primitive);
    else paintLabel(context, primitive);
  }
  context.globalAlpha = 1;
}

function paintLines(context: CanvasRenderingContext2D, lines: Lines): void {
  context.globalAlpha = lines.opacity;
  context.strokeStyle = lines.color;
  context.lineWidth = lines.width;
  context.lineCap = "round";
  context.setLineDash([...lines.dash]);
  context.beginPath();
  for (let index = 0; index + 3 < lines.points.length; index += 4) {
    context.moveTo(lines.points[index] ?? 0, lines.points[index + 1] ?? 0);
    context.lineTo(lines.points[index + 2] ?? 0, lines.points[index + 3] ?? 0);
  }
  context.stroke();
  context.setLineDash([]);
}

function paintDots(context: CanvasRenderingContext2D, dots: Dots): void {
  context.globalAlpha = dots.opacity;
  context.beginPath();
  for (let index = 0; index + 1 < dots.points.length; index += 2) {
    const x = dots.points[index] ?? 0;
    const y = dots.points[index + 1] ?? 0;
    context.moveTo(x + dots.radius, y);
    context.arc(x, y, dots.radius, 0, 2 * Math.PI);
  }
  if (dots.fill) {
    context.fillStyle = dots.fill;
    context.fill();
  }
  if (dots.stroke) {
    context.strokeStyle = dots.stroke;
    context.lineWidth = dots.width;
    context.stroke();
  }
}

function paintLabel(context: CanvasRenderingContext2D, label: Label): void {
  context.globalAlpha = 1;
  context.font = `${label.bold ? "600 " : ""}${label.size}px ${FONT}`;
  context.textAlign = label.align;
  context.textBaseline = label.baseline;
  if (label.halo) {
    context.strokeStyle = label.halo;
    context.lineWidth = 4;
    context.lineJoin = "round";
    context.strokeText(label.text, label.x, label.y);
  }
  context.fillStyle = label.color;
  context.fillText(label.text, label.x, label.y);
}
