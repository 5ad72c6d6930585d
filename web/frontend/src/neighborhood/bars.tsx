/** One bar per stored neighbor, from the best move to the worst, with its interval. */
import type { Neighborhood } from "../api/types";
import { higherIsBetter, number } from "../scales";
import { hovered, pin } from "../state";
import { measure } from "../state/answers";
import { DeltaValue, ErrorNote } from "../ui";
import { byDelta, reach, type Step } from "./utils";

const HALF = 50;

export function Bars({ content }: { content: Neighborhood }) {
  const chosen = measure.value;
  if (!chosen) return null;
  const sorted = byDelta(content.neighbors, higherIsBetter(chosen));
  const scale = HALF / reach(sorted);
  return (
    <>
      <ul class="bars">
        {sorted.map((neighbor) => (
          <Bar key={neighbor.training_set.key} neighbor={neighbor} scale={scale} />
        ))}
      </ul>
      {sorted.length === 0 && <p class="hint">No stored set is one move away.</p>}
      <ErrorNote deltas={sorted.map((neighbor) => neighbor.deltas[0])} />
    </>
  );
}

function Bar({ neighbor, scale }: { neighbor: Step; scale: number }) {
  const { move, training_set: set, cells, deltas } = neighbor;
  const delta = deltas[0];
  const sign = move.kind === "add" ? "+" : "−";
  const value = (delta?.value ?? 0) * scale;
  const score = cells[0] ? number(cells[0].mean) : "no score";
  return (
    <li>
      <button
        type="button"
        class={`bar ${move.kind}`}
        data-testid="delta-bar"
        title={`${move.kind} ${move.object}: ${set.name}, ${score}`}
        onClick={() => pin(set.key)}
        onPointerEnter={() => {
          hovered.value = set.key;
        }}
        onPointerLeave={() => {
          hovered.value = null;
        }}
      >
        <span class="object">
          {sign}
          {move.object}
        </span>
        <svg viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">
          <line class="zero" x1={HALF} x2={HALF} y1="0" y2="14" />
          <rect
            class={delta?.effect ?? "equal"}
            x={HALF + Math.min(0, value)}
            width={Math.abs(value)}
            y="2"
            height="10"
          />
          {delta && delta.low !== null && delta.high !== null && (
            <line
              class="whisker"
              x1={HALF + delta.low * scale}
              x2={HALF + delta.high * scale}
              y1="7"
              y2="7"
            />
          )}
        </svg>
        <DeltaValue delta={delta} />
      </button>
    </li>
  );
}
