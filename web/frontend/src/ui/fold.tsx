/** A part of a panel: open on wide screens, folded on narrow ones, where the picture comes first. */
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";

// On paper nothing is folded: it cannot be opened.
const NARROW = matchMedia("screen and (max-width: 62rem)");

/** Whether panels stand below the picture instead of beside it. */
export const narrow = signal(NARROW.matches);
NARROW.addEventListener("change", () => {
  narrow.value = NARROW.matches;
});

export function Fold(props: {
  title: string;
  testid: string;
  open?: boolean;
  children: ComponentChildren;
}) {
  const { title, testid, open, children } = props;
  if (!narrow.value) return <>{children}</>;
  return (
    <details class="fold" open={open ?? false} data-testid={testid}>
      <summary>{title}</summary>
      <div>{children}</div>
    </details>
  );
}
