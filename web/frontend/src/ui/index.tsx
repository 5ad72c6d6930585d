/** Small shared parts: refusals, waiting, and a delta in words. */
import type { ComponentChildren, ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { isUnreachable, type Refusal, type Resource } from "../api";
import type { Delta } from "../api/types";
import { deltaText, errorNotes, isUnresolved } from "../scales";
import { go } from "../state";
import { type View, writeUrl } from "../state/url";

const PATIENCE = 1_000;

/** A refusal in the API's words, with what was probably meant and a way to try again. */
export function Complaint(props: {
  refusal: Refusal;
  retry?: () => void;
  choose?: (suggestion: string) => void;
}) {
  const { refusal, retry, choose } = props;
  const suggestions = choose ? (refusal.problem.suggestions ?? []) : [];
  return (
    <div class="complaint" role="alert" data-testid="error-message">
      <Reason refusal={refusal} />
      <p class="actions">
        {suggestions.map((each) => (
          <button type="button" key={each} onClick={() => choose?.(each)}>
            {each}
          </button>
        ))}
        {retry && mayPass(refusal) && (
          <button type="button" onClick={retry}>
            Try again
          </button>
        )}
      </p>
    </div>
  );
}

/** Whether asking the same again may be answered: what is wrong in the question stays wrong. */
function mayPass({ problem: { status } }: Refusal): boolean {
  return status < 400 || status === 408 || status >= 429;
}

/** Why, and what to do next; where that points at a place in a text, in letters of one width. */
export function Reason({ refusal }: { refusal: Refusal }) {
  const [said, ...pointed] = refusal.hint.split("\n");
  return (
    <>
      <p>
        {refusal.message} {said}
      </p>
      {pointed.length > 0 && <pre class="carets">{pointed.join("\n")}</pre>}
    </>
  );
}

/** The content of a resource, or its refusal, or, after a second of waiting, a word about it. */
export function Awaited<T>(props: {
  resource: Resource<T>;
  retry: () => void;
  what: string;
  children: (content: T) => ComponentChildren;
}) {
  const { content, loading, refusal } = props.resource;
  // What was read stays while the server is away: the page says so once, above everything.
  if (refusal && (content === null || !isUnreachable(refusal))) {
    return <Complaint refusal={refusal} retry={props.retry} />;
  }
  if (content !== null) return <>{props.children(content)}</>;
  return loading ? <Waiting what={props.what} /> : null;
}

/** Where text will stand. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  return (
    <div class="skeleton" aria-hidden="true" data-testid="skeleton">
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} style={{ width: `${[92, 64, 78, 50][line % 4]}%` }} />
      ))}
    </div>
  );
}

export function Waiting({ what }: { what: string }) {
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), PATIENCE);
    return () => clearTimeout(timer);
  }, []);
  return (
    <p class="waiting" role="status">
      {long ? `Still reading ${what} …` : ""}
    </p>
  );
}

/** A link to a view, followed without loading the page again. */
export function Link(props: {
  to: View;
  class?: string;
  testid?: string;
  /** Whether it leads to what is shown already. */
  current?: boolean;
  children: ComponentChildren;
}) {
  return (
    <a
      class={props.class}
      data-testid={props.testid}
      aria-current={props.current ? "page" : undefined}
      href={writeUrl(props.to)}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        go(props.to);
      }}
    >
      {props.children}
    </a>
  );
}

/** A page that is loaded when it is first shown; until then `meanwhile`, or a word about it. */
export function Later(props: {
  load: () => Promise<ComponentType>;
  meanwhile?: ComponentChildren;
}) {
  const { load, meanwhile } = props;
  const [Page, setPage] = useState<ComponentType | null>(null);
  const [failed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    setFailed(false);
    load().then(
      (found) => setPage(() => found),
      () => setFailed(true),
    );
  }, [load, attempt]);
  if (failed) {
    return (
      <p class="waiting" role="alert">
        This part of the page cannot be loaded. Is <code>lattice serve</code> still running?{" "}
        <button type="button" onClick={() => setAttempt(attempt + 1)}>
          Try again
        </button>
      </p>
    );
  }
  if (Page) return <Page />;
  if (meanwhile !== undefined) return <div class="meanwhile">{meanwhile}</div>;
  return <Waiting what="the page" />;
}

/** What ± means for these deltas, once for all of them, and what is not known. */
export function ErrorNote({ deltas }: { deltas: readonly (Delta | undefined)[] }) {
  const said = errorNotes(deltas);
  return said.length > 0 ? <p class="hint">{said.join(" ")}</p> : null;
}

/** A signed change in the color of its effect; the sign is always in the text. */
export function DeltaValue({ delta, testid }: { delta: Delta | undefined; testid?: string }) {
  if (!delta) return null;
  const title =
    delta.value === null
      ? (delta.note ?? "")
      : [
          delta.effect ?? "",
          isUnresolved(delta) ? "the interval includes no change" : "",
          delta.low !== null && delta.high !== null
            ? `${Math.round(delta.level * 100)}% interval ${deltaRange(delta.low, delta.high)}`
            : "",
          delta.note ?? "",
        ]
          .filter(Boolean)
          .join("; ");
  return (
    <span
      class={`delta ${delta.effect ?? "unavailable"} ${isUnresolved(delta) ? "unresolved" : ""}`}
      title={title}
      data-testid={testid}
    >
      {delta.value === null ? "unavailable" : deltaText(delta)}
    </span>
  );
}

function deltaRange(low: number, high: number): string {
  return `${low.toPrecision(3)} to ${high.toPrecision(3)}`.replaceAll("-", "−");
}
