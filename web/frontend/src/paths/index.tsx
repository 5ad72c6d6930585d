/** The page of paths: a question, and its answer. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Following, isUnreachable } from "../api";
import type { Exportable } from "../export/types";
import { useExport } from "../export/use";
import { Broken, labelOf } from "../sets/names";
import { go, view } from "../state";
import { currentDetail, filter, measure, nameOf } from "../state/answers";
import type { ModeName } from "../state/url";
import { Complaint } from "../ui";
import { PathAnswer } from "./answer";
import { extremes, orders, shownPath, tradeoffs } from "./answers";
import { takesFilter } from "./options";
import { OrdersAnswer } from "./orders";
import { OutOfTime } from "./slow";
import "./paths.css";
import { Question } from "./question";
import { TradeoffsAnswer } from "./tradeoffs";

const PATIENCE = 1_000;

const FILES: Readonly<Record<ModeName, string>> = {
  path: "path",
  tradeoffs: "trade-offs",
  longest: "longest-run",
  withdraw: "withdrawal",
  acquire: "acquisition",
};

export function PathsPage() {
  useExport(offered);
  return (
    <div class="paths-page" data-testid="paths-page-view">
      <Question refused={current().value.refusal?.problem.parameter ?? null} />
      <Answer />
    </div>
  );
}

/** What can be exported: an answer with its picture, or where there is no path, what to train. */
function offered(): Exportable | null {
  const { mode, from, to } = view.value;
  const seen = answerKind();
  if (seen === null) return null;
  const ends = [from, to].flatMap((key) => (key === null ? [] : [nameOf(key)])).join("-");
  return {
    title: FILES[mode],
    about: () => [measure.peek()?.name ?? null, ends, takesFilter(mode) ? filter.peek() : null],
    ...(seen === "picture" && {
      picture: () => import("./export").then((found) => found.pathsPicture()),
    }),
    extents: () => import("./export").then((found) => found.pathsExtents()),
  };
}

/** Whether the answer has a picture, or only data; null while there is nothing to export. */
function answerKind(): "picture" | "data" | null {
  const { mode } = view.value;
  if (mode === "tradeoffs") return tradeoffs.value.content?.items.length ? "picture" : null;
  if (mode === "withdraw" || mode === "acquire") return orders.value.content ? "picture" : null;
  const { whole, part } = shownPath.value;
  const found = whole.value.content;
  if (found?.found) return part.value.content ? "picture" : null;
  return found?.why?.to_train.length ? "data" : null;
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
  if (currentDetail.value?.summary.training_sets === 0) {
    return <p class="hint">This lattice holds no training set yet: import some results into it.</p>;
  }
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
              title={`${nameOf(one)} → ${nameOf(other)}`}
              onClick={() => go({ from: one, to: other })}
            >
              <Broken text={labelOf(one)} /> → <Broken text={labelOf(other)} />
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
          {refusal.problem.type.endsWith("out-of-time") ? (
            <OutOfTime refusal={refusal} retry={resource.retry} />
          ) : (
            <Complaint refusal={refusal} retry={resource.retry} />
          )}
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
