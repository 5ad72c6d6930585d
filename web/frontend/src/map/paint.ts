/** Paints a draw list on a canvas. It decides nothing but how: by paths, or pixel by pixel. */
import { type DotLook, drawDots, drawLines, type Placing, type Raster, type Rgba } from "./pixels";
import type { CameraLike, Dots, Label, Lines, Primitive, Rects, Size } from "./types";

export const FONT = "system-ui, sans-serif";
/** From so many dots or lines on, pixels are faster than paths. */
const CROWD = 256;
const UNMOVED: CameraLike = { x: 0, y: 0, k: 1 };

/** Size a canvas for the screen's pixels and clear it. */
export function prepare(
  canvas: HTMLCanvasElement,
  size: Size,
  ratio = devicePixelRatio || 1,
): CanvasRenderingContext2D | null {
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

/**
 * Paint a scene; a camera moves its positions, and leaves radii, widths and letters as they are.
 * `onNothing` says that the canvas is empty.
 */
export function paint(
  context: CanvasRenderingContext2D,
  scene: readonly Primitive[],
  camera: CameraLike = UNMOVED,
  onNothing = true,
): void {
  const size = sizeOf(context);
  for (let next = 0; next < scene.length; ) {
    const crowd = crowdFrom(scene, next);
    if (crowd.length > 0) {
      paintPixels(context, crowd, camera, onNothing && next === 0);
      next += crowd.length;
      continue;
    }
    const primitive = scene[next] as Primitive;
    if (primitive.kind === "lines") paintLines(context, primitive, camera);
    else if (primitive.kind === "dots") paintDots(context, primitive, camera, size);
    else if (primitive.kind === "rects") paintRects(context, primitive, camera);
    else paintLabel(context, primitive, camera);
    next += 1;
  }
  context.globalAlpha = 1;
}

/** Paint under what is there already, so that crowds can be put on an empty canvas at once. */
export function paintUnder(context: CanvasRenderingContext2D, scene: readonly Primitive[]): void {
  context.globalCompositeOperation = "destination-over";
  paint(context, scene);
  context.globalCompositeOperation = "source-over";
}

// ---------------------------------------------------------------- pixels

type Crowded = Lines | Dots;

/** The primitives from here on that are to be drawn pixel by pixel: all of them, or none. */
function crowdFrom(scene: readonly Primitive[], start: number): readonly Crowded[] {
  const crowd: Crowded[] = [];
  let marks = 0;
  for (let next = start; next < scene.length; next += 1) {
    const primitive = scene[next] as Primitive;
    if (primitive.kind === "dots") marks += primitive.points.length / 2;
    else if (primitive.kind === "lines" && primitive.dash.length === 0) {
      marks += primitive.points.length / 4;
    } else break;
    crowd.push(primitive);
  }
  return marks >= CROWD ? crowd : [];
}

function paintPixels(
  context: CanvasRenderingContext2D,
  crowd: readonly Crowded[],
  camera: CameraLike,
  onNothing: boolean,
): void {
  const { width, height } = context.canvas;
  if (width === 0 || height === 0) return;
  const image = onNothing
    ? context.createImageData(width, height)
    : context.getImageData(0, 0, width, height);
  const raster: Raster = { width, height, pixels: new Uint32Array(image.data.buffer) };
  const ratio = ratioOf(context);
  const placing: Placing = { x: camera.x * ratio, y: camera.y * ratio, k: camera.k * ratio };
  for (const each of crowd) {
    const width = each.width * ratio;
    if (each.kind === "lines") {
      const look = { color: rgbaOf(each.color), width, opacity: each.opacity };
      drawLines(raster, each.points, look, placing);
    } else {
      const look: DotLook = {
        radius: each.radius * ratio,
        fill: each.fill === null ? null : rgbaOf(each.fill),
        stroke: each.stroke === null ? null : rgbaOf(each.stroke),
        width,
        opacity: each.opacity,
      };
      drawDots(raster, each.points, look, placing);
    }
  }
  context.putImageData(image, 0, 0);
}

const colors = new Map<string, Rgba>();
const MOST_COLORS = 4_096;
let scratch: CanvasRenderingContext2D | null = null;

/** Any color of CSS as bytes: the canvas knows them all. */
function rgbaOf(color: string): Rgba {
  const before = colors.get(color);
  if (before !== undefined) return before;
  scratch ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (!scratch) return 0;
  scratch.clearRect(0, 0, 1, 1);
  scratch.fillStyle = "#000";
  scratch.fillStyle = color;
  scratch.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 0] = scratch.getImageData(0, 0, 1, 1).data;
  const found = ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  if (colors.size >= MOST_COLORS) colors.clear();
  colors.set(color, found);
  return found;
}

function ratioOf(context: CanvasRenderingContext2D): number {
  return context.getTransform().a;
}

function sizeOf(context: CanvasRenderingContext2D): Size {
  const ratio = ratioOf(context) || 1;
  return { width: context.canvas.width / ratio, height: context.canvas.height / ratio };
}

// ---------------------------------------------------------------- paths

function paintLines(context: CanvasRenderingContext2D, lines: Lines, camera: CameraLike): void {
  const { x, y, k } = camera;
  const { points } = lines;
  context.globalAlpha = lines.opacity;
  context.strokeStyle = lines.color;
  context.lineWidth = lines.width;
  context.lineCap = "round";
  context.setLineDash([...lines.dash]);
  context.beginPath();
  for (let index = 0; index + 3 < points.length; index += 4) {
    context.moveTo((points[index] ?? 0) * k + x, (points[index + 1] ?? 0) * k + y);
    context.lineTo((points[index + 2] ?? 0) * k + x, (points[index + 3] ?? 0) * k + y);
  }
  context.stroke();
  context.setLineDash([]);
}

function paintDots(
  context: CanvasRenderingContext2D,
  dots: Dots,
  camera: CameraLike,
  size: Size,
): void {
  const reach = dots.radius + dots.width;
  context.globalAlpha = dots.opacity;
  context.beginPath();
  for (let index = 0; index + 1 < dots.points.length; index += 2) {
    const x = (dots.points[index] ?? 0) * camera.k + camera.x;
    const y = (dots.points[index + 1] ?? 0) * camera.k + camera.y;
    if (x < -reach || y < -reach || x > size.width + reach || y > size.height + reach) continue;
    context.moveTo(x + dots.radius, y);
    context.arc(x, y, dots.radius, 0, 2 * Math.PI);
  }
  finish(context, dots);
}

function paintRects(context: CanvasRenderingContext2D, rects: Rects, camera: CameraLike): void {
  const { x, y, k } = camera;
  const { points } = rects;
  context.globalAlpha = rects.opacity;
  context.beginPath();
  for (let index = 0; index + 3 < points.length; index += 4) {
    context.rect(
      (points[index] ?? 0) * k + x,
      (points[index + 1] ?? 0) * k + y,
      (points[index + 2] ?? 0) * k,
      (points[index + 3] ?? 0) * k,
    );
  }
  finish(context, rects);
}

function finish(context: CanvasRenderingContext2D, shapes: Dots | Rects): void {
  if (shapes.fill) {
    context.fillStyle = shapes.fill;
    context.fill();
  }
  if (shapes.stroke) {
    context.strokeStyle = shapes.stroke;
    context.lineWidth = shapes.width;
    context.stroke();
  }
}

function paintLabel(context: CanvasRenderingContext2D, label: Label, camera: CameraLike): void {
  const x = label.x * camera.k + camera.x;
  const y = label.y * camera.k + camera.y;
  context.globalAlpha = 1;
  context.font = `${label.bold ? "600 " : ""}${label.size}px ${FONT}`;
  context.textAlign = label.align;
  context.textBaseline = label.baseline;
  if (label.halo) {
    context.strokeStyle = label.halo;
    context.lineWidth = 4;
    context.lineJoin = "round";
    context.strokeText(label.text, x, y);
  }
  context.fillStyle = label.color;
  context.fillText(label.text, x, y);
}
