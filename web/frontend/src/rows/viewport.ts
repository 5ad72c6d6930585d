/** The part of many rows that is seen: follows the scroll position and the size of a box. */
import type { RefObject } from "preact";
import { useCallback, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Extent, Window } from "./types";
import { reveal, scrollHeight, scrollTo, windowAt } from "./utils";

export interface Viewport {
  readonly box: RefObject<HTMLDivElement | null>;
  readonly window: Window;
  readonly extent: Extent;
  /** Height of what scrolls. */
  readonly height: number;
  readonly width: number;
  readonly reveal: (row: number) => void;
  readonly jump: (row: number) => void;
}

export function useViewport(
  total: number,
  rowHeight: number | ((room: number) => number),
  headHeight: (width: number) => number,
): Viewport {
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [top, setTop] = useState(0);
  const head = headHeight(size.width);
  const tall =
    typeof rowHeight === "number" ? rowHeight : rowHeight(Math.max(0, size.height - head));
  const extent: Extent = { total, rowHeight: tall, head, viewHeight: size.height };
  const latest = useRef(extent);
  latest.current = extent;

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    const follow = () => setTop(element.scrollTop);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener("scroll", follow, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", follow);
    };
  }, []);

  const move = useCallback((where: (extent: Extent, now: number) => number) => {
    const element = box.current;
    if (!element) return;
    element.scrollTop = where(latest.current, element.scrollTop);
    setTop(element.scrollTop);
  }, []);

  return {
    box,
    extent,
    window: windowAt(extent, top),
    height: scrollHeight(extent),
    width: size.width,
    reveal: useCallback((row) => move((now, from) => reveal(now, from, row)), [move]),
    jump: useCallback((row) => move((now) => scrollTo(now, row)), [move]),
  };
}
