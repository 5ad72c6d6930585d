/** Pan and zoom: d3-zoom on the canvas, the camera as a signal, the link kept up to date. */
import { effect, type Signal } from "@preact/signals";
import type { D3ZoomEvent, ZoomBehavior } from "d3-zoom";
import { go, pin, view } from "../state";
import { cameraControls } from "./controls";
import { drawn } from "./drawn";
import { tool } from "./tool";
import type { CameraLike, Layout } from "./types";

/** The camera that shows everything. */
export const HOME_CAMERA: CameraLike = { x: 0, y: 0, k: 1 };

let zooming: ZoomBehavior<HTMLCanvasElement, unknown> | null = null;

/** The picture comes first: what moves it is loaded beside the data. */
const parts = () => Promise.all([import("d3-zoom"), import("d3-selection")]);

/** Let a canvas move the camera; gives what undoes it. */
export function zoomed(canvas: HTMLCanvasElement | null, camera: Signal<CameraLike>): () => void {
  if (!canvas) return () => undefined;
  let undo: (() => void) | null = () => undefined;
  void parts().then((found) => {
    if (undo) undo = attach(canvas, camera, found);
  });
  return () => {
    undo?.();
    undo = null;
  };
}

function attach(
  canvas: HTMLCanvasElement,
  camera: Signal<CameraLike>,
  [{ zoom, zoomIdentity }, { select }]: Awaited<ReturnType<typeof parts>>,
): () => void {
  const start = camera.value;
  const behavior = zoom<HTMLCanvasElement, unknown>()
    .scaleExtent([0.5, 60])
    .filter(
      (event: MouseEvent) =>
        event.type === "wheel" ||
        (!event.button && !event.ctrlKey && !event.shiftKey && tool.peek() === "pan"),
    )
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
  // Back, and a filter that changes what there is to see, move the camera too.
  const unfollow = effect(() => {
    const wanted = view.value.camera ?? HOME_CAMERA;
    const { x, y, k } = camera.peek();
    if (wanted.x === x && wanted.y === y && wanted.k === k) return;
    selection.call(behavior.transform, zoomIdentity.translate(wanted.x, wanted.y).scale(wanted.k));
  });
  return () => {
    unfollow();
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
  const row = drawn.peek()?.table.rowOfKey.get(key);
  if (!canvas || !layout || !zooming || row === undefined) return;
  pin(key);
  const behavior = zooming;
  void parts().then(([, { select }]) => {
    select(canvas).call(behavior.translateTo, layout.x[row] ?? 0, layout.y[row] ?? 0);
  });
}
