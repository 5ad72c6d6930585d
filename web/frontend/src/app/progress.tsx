/** What is being read: a line at once, words and a way to stop after a second. */
import { useEffect, useState } from "preact/hooks";
import { isUnreachable } from "../api";
import { histogram, neighborhood, path, subgraph } from "../state/answers";

const PATIENCE = 1_000;
const READ = [
  { what: "the counts of all sets", answer: histogram },
  { what: "the training sets", answer: subgraph },
  { what: "the neighborhood", answer: neighborhood },
  { what: "the path", answer: path },
] as const;

export function Progress() {
  const waiting = READ.filter(({ answer }) => answer.value.loading && !gone(answer.value.refusal));
  const reads = waiting.length > 0;
  const [long, setLong] = useState(false);
  useEffect(() => {
    setLong(false);
    if (!reads) return undefined;
    const timer = setTimeout(() => setLong(true), PATIENCE);
    return () => clearTimeout(timer);
  }, [reads]);
  if (!reads) return null;
  return (
    <div class="progress" data-testid="progress">
      <span class="line" />
      {long && (
        <p role="status">
          Reading {waiting.map(({ what }) => what).join(" and ")} …
          <button
            type="button"
            data-testid="progress-cancel"
            onClick={() => {
              for (const { answer } of waiting) answer.cancel();
            }}
          >
            Cancel
          </button>
        </p>
      )}
    </div>
  );
}

function gone(refusal: Parameters<typeof isUnreachable>[0] | null): boolean {
  return refusal !== null && isUnreachable(refusal);
}
