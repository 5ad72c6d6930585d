/** A change as a bar from 0, with its interval as a whisker. */
import type { Delta } from "../api/types";
import "./deltabar.css";

/** Which changes the left and the right end of a bar stand for; 0 lies between them. */
export type Span = readonly [low: number, high: number];

/** From the least to the largest of these changes and of their interval ends, 0 among them. */
export function spanOf(deltas: readonly (Delta | null | undefined)[]): Span {
  let [low, high] = [0, 0];
  for (const delta of deltas) {
    for (const each of [delta?.value, delta?.low, delta?.high]) {
      low = Math.min(low, each ?? 0);
      high = Math.max(high, each ?? 0);
    }
  }
  return low === high ? [-1, 1] : [low, high];
}

export function DeltaBar({ delta, span: [low, high] }: { delta: Delta | undefined; span: Span }) {
  const place = (value: number) => 1 + (98 * (value - low)) / (high - low);
  const zero = place(0);
  const value = delta?.value ?? null;
  return (
    <svg class="delta-svg" viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">
      {value !== null && (
        <rect
          class={delta?.effect ?? "equal"}
          x={Math.min(zero, place(value))}
          width={Math.abs(place(value) - zero)}
          y="2.5"
          height="9"
        />
      )}
      <line class="zero" x1={zero} x2={zero} y1="0" y2="14" />
      {delta && delta.low !== null && delta.high !== null && (
        <path class="whisker" d={whisker(place(delta.low), place(delta.high))} />
      )}
    </svg>
  );
}

function whisker(low: number, high: number): string {
  return `M${low} 7H${high}M${low} 4V10M${high} 4V10`;
}
