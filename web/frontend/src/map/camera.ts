/** Pan and zoom: d3-zoom on the canvas, the camera as a signal, the link kept up to date. */
import { select } from "d3-selection";
import { type D3ZoomEvent, type ZoomBehavior, zoom, zoomIdentity } from "d3-zoom";
import { go, pin } from "../state";
import { sets } from "../state/answers";
import type { CameraLike, Layout } from "./types";

/** The camera that shows everything. */
export const HOME_CAMERA: CameraLike = { x: 0, y: 0, k: 1 };

/** What the toolbar and the keys can ask of the camera; set while a map is on the page. */
export const cameraControls: { zoomBy: (factor: number) => void; fit: () => void } = {
  zoomBy: () => undefined,
  fit: () => undefined,
};

let zooming: ZoomBehavior<HTMLCanvasElement, unknown> | null = null;

/** Let a canvas move the camera; gives what undoes it. */
export function zoomed(
  canvas: HTMLCanvasElement | null,
  camera: { value: CameraLike },
): () => void {
  if (!canvas) return () => undefined;
  const start = camera.value;
  const behavior = zoom<HTMLCanvasElement, unknown>()
    .scaleExtent([0.5, 60])
    .on("zoom", ({ transform: { x, y, k } }: D3ZoomEvent<HTMLCanvasElement, unknown>) => {
      camera.value = { x, y, k };
    })
    .on("end", ({ transform: { x, y, k } }: D3ZoomEvent<HTMLCanvasElement, unknown>) => {
      const isHome = x === 0 && y === 0 && k === 1;
      go({ camera: isHome ? null : { x, y, k } }, "replace");
    });
  const selection = select(canvas);
  selection.call(behavior).on("dblclick.zoom", null);
  if (start !== HOME_CAMERA) {
    selection.call(behavior.transform, zoomIdentity.translate(start.x, start.y).scale(start.k));
  }
  cameraControls.zoomBy = (factor) => selection.call(behavior.scaleBy, factor);
  cameraControls.fit = () => selection.call(behavior.transform, zoomIdentity);
  zooming = behavior;
  return () => {
    selection.on(".zoom", null);
    cameraControls.zoomBy = () => undefined;
    cameraControls.fit = () => undefined;
    zooming = null;
  };
}

/** Pin a set and bring it to the middle. */
export function centerOn(
  canvas: HTMLCanvasElement | null,
  layout: Layout | null,
  key: string,
): void {
  const row = sets.peek()?.table.rowOfKey.get(key);
  if (!canvas || !layout || !zooming || row === undefined) return;
  pin(key);
  select(canvas).call(zooming.translateTo, layout.x[row] ?? 0, layout.y[row] ?? 0);
}
