/** Drawings and pictures as PNG, at twice the screen's size. */
import { paint, prepare } from "../map/paint";
import type { Drawing, Picture } from "./types";

const RATIO = 2;
/** Browsers make no larger canvases. */
const MOST_PIXELS = 16_384;

export async function toPng({ size, background, layers }: Drawing): Promise<Blob> {
  const whole = document.createElement("canvas");
  const context = prepare(whole, size, RATIO);
  if (!context) throw new Error("This browser gives no canvas to draw on.");
  context.fillStyle = background;
  context.fillRect(0, 0, size.width, size.height);
  for (const { primitives, camera, opacity } of layers) {
    // Each layer has a canvas of its own, since all of it fades together.
    const part = document.createElement("canvas");
    const layer = prepare(part, size, RATIO);
    if (!layer) continue;
    paint(layer, primitives, camera);
    context.globalAlpha = opacity ?? 1;
    context.drawImage(part, 0, 0, size.width, size.height);
  }
  return pngOf(whole);
}

/** SVG as PNG, as the browser draws it; very large ones at less than twice their size. */
export async function pictureToPng({ size, svg }: Picture): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    const ratio = Math.min(RATIO, MOST_PIXELS / Math.max(size.width, size.height));
    const context = prepare(canvas, size, ratio);
    if (!context) throw new Error("This browser gives no canvas to draw on.");
    context.drawImage(image, 0, 0, size.width, size.height);
    return await pngOf(canvas);
  } finally {
    URL.revokeObjectURL(url);
  }
}

function pngOf(whole: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    whole.toBlob((blob) => {
      if (blob) resolve(blob);
      else reject(new Error("This browser could not make a PNG of that size."));
    }, "image/png");
  });
}
