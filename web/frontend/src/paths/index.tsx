/** The page of paths: a question, and its answer. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Following, isUnreachable } from "../api";
import { go, view } from "../state";
import { measure, nameOf, objectNames } from "../state/answers";
import { Complaint } from "../ui";
import { PathAnswer } from "./answer";
import { extremes, orders, shownPath, tradeoffs } from "./answers";
import { OrdersAnswer } from "./orders";
import "./paths.css";
import { Question } from "./question";
import { TradeoffsAnswer } from "./tradeoffs";
import { isWithin } from "./utils";

const PATIENCE = 1_000;

export function PathsPage() {
  return (
    <div class="paths-page" data-testid="paths-page-view">
      <Question refused={current().value.refusal?.problem.parameter ?? null} />
      <Answer />
    </div>
  );
}

function current(): Following<unknown> {
  const { mode } = view.value;
  if (mode === "tradeoffs") return tradeoffs;
  if (mode === "withdraw" || mode === "acquire") return orders;
  return shownPath.value.whole;
}

function Answer() {
  const { mode, from, to } = view.value;
  if (mode === "tradeoffs") {
    return (
      <Asked resource={tradeoffs} what="the trade-offs">
        {(found) => <TradeoffsAnswer found={found} />}
      </Asked>
    );
  }
  if (mode === "withdraw" || mode === "acquire") {
    return (
      <Asked resource={orders} what="the orders">
        {(found) =>
          found.direction === (mode === "withdraw" ? "withdrawal" : "acquisition") ? (
            <OrdersAnswer key={found.direction} found={found} />
          ) : null
        }
      </Asked>
    );
  }
  if (mode === "path" && (from === null || to === null)) return <Start />;
  const { whole, part } = shownPath.value;
  return (
    <Asked resource={whole} what="the path">
      {(found) => (
        <Asked resource={part} what="this part of the path">
          {(steps) => <PathAnswer whole={found} part={steps} />}
        </Asked>
      )}
    </Asked>
  );
}

/** Nothing is asked yet: what could be. */
function Start() {
  const { from, to, set } = view.value;
  const [least, most] = extremes.map((each) => each.value.content?.items[0]?.training_set.key);
  const ends = [
    [least, most],
    [least, set],
    [set, most],
  ].filter((pair): pair is [string, string] => Boolean(pair[0] && pair[1] && pair[0] !== pair[1]));
  return (
    <section class="answer start">
      <p>
        {from === null && to === null ? "Choose two stored sets." : "Choose the other end."} Any
        spelling is read: ABD, books+science, ^B for all but B, empty, all. On the map, <kbd>p</kbd>{" "}
        asks for the path from the pinned set to the one that is pointed at.
      </p>
      {from === null && to === null && (
        <p class="actions">
          {ends.map(([one, other]) => (
            <button
              key={`${one} ${other}`}
              type="button"
              onClick={() => go({ from: one, to: other })}
            >
              {nameOf(one)} → {nameOf(other)}
            </button>
          ))}
        </p>
      )}
    </section>
  );
}

/** An answer that is waited for: after a second with a way to stop, and in its own words if refused. */
function Asked<T>(props: {
  resource: Following<T>;
  what: string;
  children: (content: T) => ComponentChildren;
}) {
  const { resource, what, children } = props;
  const { content, loading, refusal } = resource.value;
  const gone = refusal !== null && isUnreachable(refusal) && content !== null;
  return (
    <>
      {loading && <Waited what={what} cancel={resource.cancel} />}
      {refusal && !gone && (
        <div class="answer refused">
          <Complaint refusal={refusal} retry={resource.retry} />
          {refusal.problem.status === 503 && <Slow />}
        </div>
      )}
      {content !== null && (!refusal || gone) && (
        <div class={loading ? "stale" : ""} aria-busy={loading}>
          {children(content)}
        </div>
      )}
    </>
  );
}

/** What to do about a question that takes too long. */
function Slow() {
  const { mode, filters, options, from, to } = view.value;
  const narrows = mode === "path" || mode === "tradeoffs";
  const kind = narrows && options.only === undefined ? onlyKind(from, to) : null;
  return (
    <div class="hint">
      <p>
        The server stops after some seconds; <code>lattice serve --timeout 60</code> allows a
        minute. A smaller question is answered sooner: nearer ends
        {narrows && filters.length === 0 ? ", a filter on the sets" : ""}
        {kind ? `, or moves that only ${kind} objects` : ""}.
      </p>
      {kind && (
        <p class="actions">
          <button type="button" onClick={() => go({ options: { ...options, only: [kind] } })}>
            Only {kind}
          </button>
        </p>
      )}
    </div>
  );
}

/** The kind of moves that alone lead from one set to another, if one does. */
function onlyKind(from: string | null, to: string | null): "add" | "remove" | null {
  if (from === null || to === null) return null;
  const n = objectNames.value.length;
  const known = from.startsWith("~") && to.startsWith("~");
  if (from === "empty" || to === "all" || (known && isWithin(from, to, n))) return "add";
  return from === "all" || to === "empty" || (known && isWithin(to, from, n)) ? "remove" : null;
}

function Waited({ what, cancel }: { what: string; cancel: () => void }) {
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), PATIENCE);
    return () => clearTimeout(timer);
  }, []);
  return (
    <p class="waited" role="status">
      {long && (
        <>
          <progress aria-label={`Looking for ${what}`} /> Looking for {what}
          {measure.value ? ` under ${measure.value.name}` : ""} …{" "}
          <button type="button" data-testid="paths-cancel" onClick={cancel}>
            Stop
          </button>
        </>
      )}
    </p>
  );
}
