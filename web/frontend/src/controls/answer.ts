/** An answer that one component needs, asked while it is shown. */
import { useEffect, useState } from "preact/hooks";
import { apiUrl, ask, isUnreachable, Refusal, type Resource } from "../api";
import type { SetPage } from "../api/types";
import { currentDetail } from "../state/answers";

const RETRY_AFTER = 2_000;
const NOTHING = { content: null, loading: false, refusal: null } as const;

/** Ask when the URL changes, after a pause; a question that is superseded is cancelled. */
export function useAnswer<T>(url: string | null, pause = 0): Resource<T> {
  const [resource, setResource] = useState<Resource<T>>(NOTHING);
  const state = currentDetail.value?.summary.state;
  const [attempt, setAttempt] = useState(0);
  // A new state of the lattice is a new answer; a server that is gone is asked again.
  useEffect(() => {
    if (url === null) {
      setResource(NOTHING);
      return undefined;
    }
    const abort = new AbortController();
    setResource(({ content }) => ({ content, loading: true, refusal: null }));
    let timer = setTimeout(() => {
      ask<T>(url, abort.signal)
        .then((content) => setResource({ content, loading: false, refusal: null }))
        .catch((error: unknown) => {
          if (abort.signal.aborted) return;
          if (!(error instanceof Refusal)) throw error;
          setResource({ content: null, loading: false, refusal: error });
          if (isUnreachable(error)) {
            timer = setTimeout(() => setAttempt((tries) => tries + 1), RETRY_AFTER);
          }
        });
    }, pause);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [url, pause, state, attempt]);
  return resource;
}

/** The question how many sets a predicate selects: a page with one item and the total. */
export function countUrl(lattice: string, predicate: string): string {
  return apiUrl(["lattices", lattice, "sets"], { filter: predicate, limit: 1, fields: "members" });
}

export type Counted = Pick<SetPage, "total">;
