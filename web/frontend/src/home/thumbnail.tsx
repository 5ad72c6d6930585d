/** The landscape of a lattice as a small picture, and in words what its height means. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Refusal } from "../api";
import type { LatticeSummary } from "../api/types";
import { prepare } from "../map/paint";
import type { Size } from "../map/types";
import { theme } from "../state/theme";
import { paintPicture, pictureOf } from "./picture";
import type { Nothing, Picture } from "./types";

export function Thumbnail({ summary }: { summary: LatticeSummary }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const found = useSignal<Picture | Nothing | null>(null);
  const size = useSignal<Size>({ width: 0, height: 0 });
  useEffect(() => {
    const abort = new AbortController();
    const stop = whenSeen(canvas.current, () => {
      pictureOf(summary, abort.signal)
        .then((picture) => {
          found.value = picture;
        })
        .catch((error: unknown) => {
          if (abort.signal.aborted) return;
          if (!(error instanceof Refusal)) throw error;
          // The card says all without its picture; opening the lattice shows what is wrong.
          found.value ??= "no picture";
        });
    });
    return () => {
      stop();
      abort.abort();
    };
  }, [summary, found]);
  useEffect(() => {
    const box = canvas.current;
    if (!box) return undefined;
    const watch = new ResizeObserver(() => {
      size.value = { width: box.clientWidth, height: box.clientHeight };
    });
    watch.observe(box);
    return () => watch.disconnect();
  }, [size]);
  useSignalEffect(() => {
    const picture = found.value;
    const colors = theme.value;
    if (!canvas.current || size.value.width === 0) return;
    const context = prepare(canvas.current, size.value);
    if (context && picture !== null && typeof picture !== "string") {
      paintPicture(context, picture, size.value, colors);
    }
  });
  const picture = found.value;
  return (
    <>
      <div class="thumbnail">
        <canvas ref={canvas} />
        {typeof picture === "string" && <p class="hint">{picture}</p>}
      </div>
      <Caption picture={picture} />
    </>
  );
}

/** The measure whose scores are the heights, and which way is better. */
function Caption({ picture }: { picture: Picture | Nothing | null }) {
  const measure = typeof picture === "object" ? picture?.measure : null;
  return (
    <p class="caption" data-testid="card-measure">
      {measure && (
        <>
          <span class="name" title={measure.name}>
            {measure.name}
          </span>
          <span>{measure.metric.direction} is better</span>
        </>
      )}
    </p>
  );
}

/** Run once when the element comes into sight. */
function whenSeen(element: Element | null, work: () => void): () => void {
  if (!element) return () => undefined;
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    work();
  });
  observer.observe(element);
  return () => observer.disconnect();
}
