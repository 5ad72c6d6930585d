/** One bar per stored neighbor, from the best change to the worst, with its interval. */
import { useSignal } from "@preact/signals";
import type { Neighbor } from "../api/types";
import { count, higherIsBetter, number } from "../scales";
import { pointing } from "../sets/names";
import { changeText } from "../sets/utils";
import { hovered, pin } from "../state";
import { measure } from "../state/answers";
import { DeltaValue, ErrorNote } from "../ui";
import { DeltaBar, type Span, spanOf } from "./deltabar";
import { sorted } from "./utils";

const FIRST_BARS = 40;

/** `scored` adds the neighbor's score: where there is room. */
export function Bars(props: { neighbors: readonly Neighbor[]; scored?: boolean }) {
  const chosen = measure.value;
  const shown = useSignal(FIRST_BARS);
  if (!chosen) return null;
  const order = sorted(props.neighbors, higherIsBetter(chosen));
  const span = spanOf(order.map(({ deltas }) => deltas[0]));
  const more = order.length - shown.value;
  return (
    <>
      {props.scored && order.length > 0 && (
        <p class="bars-head" aria-hidden="true">
          <span>change of the score</span>
          <span>score</span>
        </p>
      )}
      <ul class={`bars ${props.scored ? "scored" : ""}`}>
        {order.slice(0, shown.value).map((neighbor) => (
          <Bar
            key={neighbor.training_set.key}
            neighbor={neighbor}
            span={span}
            scored={props.scored ?? false}
          />
        ))}
      </ul>
      {more > 0 && (
        <p>
          <span class="hint">
            {count(shown.value)} of {count(order.length)} are drawn.
          </span>{" "}
          <button
            type="button"
            data-picture="none"
            onClick={() => {
              shown.value = order.length;
            }}
          >
            Show {count(more)} more
          </button>
        </p>
      )}
      <ErrorNote deltas={order.map((neighbor) => neighbor.deltas[0])} />
    </>
  );
}

function Bar(props: { neighbor: Neighbor; span: Span; scored: boolean }) {
  const { neighbor, span, scored } = props;
  const { added, removed, training_set: set, cells, deltas } = neighbor;
  const score = cells[0] ? number(cells[0].mean) : "no score";
  const change = changeText(added, removed);
  const kind = removed.length === 0 ? "add" : added.length === 0 ? "remove" : "swap";
  const pointed = hovered.value === set.key ? "pointed" : "";
  return (
    <li>
      <button
        type="button"
        class={`bar ${kind} ${pointed}`}
        data-testid="delta-bar"
        title={`${change}: ${set.name}, ${score}`}
        onClick={() => pin(set.key)}
        {...pointing(set.key)}
      >
        <span class="object">{change}</span>
        <DeltaBar delta={deltas[0]} span={span} />
        <DeltaValue delta={deltas[0]} />
        {scored && <span class="score">{score}</span>}
      </button>
    </li>
  );
}
