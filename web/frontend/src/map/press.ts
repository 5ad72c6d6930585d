/** A long press of a finger does what a mouse does by resting: it hovers. */
import { useMemo, useRef } from "preact/hooks";

const LONG = 450;
const STILL = 10;

export interface Press {
  readonly start: (event: PointerEvent) => void;
  readonly move: (event: PointerEvent) => void;
  readonly stop: () => void;
  readonly menu: (event: MouseEvent) => void;
  /** Whether this click only ends a long press. */
  readonly ended: (event: MouseEvent) => boolean;
}

export function useLongPress(hover: (event: PointerEvent) => void): Press {
  const latest = useRef(hover);
  latest.current = hover;
  return useMemo(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let begun: PointerEvent | null = null;
    let pressed = false;
    let touching = false;
    const stop = () => clearTimeout(timer);
    return {
      start: (event) => {
        stop();
        touching = event.pointerType === "touch";
        pressed = false;
        if (!touching || !event.isPrimary) return;
        begun = event;
        timer = setTimeout(() => {
          pressed = true;
          latest.current(event);
        }, LONG);
      },
      move: (event) => {
        if (!begun) return;
        const away = Math.hypot(event.clientX - begun.clientX, event.clientY - begun.clientY);
        if (away > STILL) stop();
      },
      stop,
      menu: (event) => {
        if (touching) event.preventDefault();
      },
      ended: () => {
        const was = pressed;
        pressed = false;
        return was;
      },
    };
  }, []);
}
