/** A drawing as PNG, at twice the screen's size. */
import { paint, prepare } from "../map/paint";
import type { Drawing } from "./types";

const RATIO = 2;

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
  return new Promise((resolve, reject) => {
    whole.toBlob((blob) => {
      if (blob) resolve(blob);
      else reject(new Error("This browser could not make a PNG of that size."));
    }, "image/png");
  });
}
