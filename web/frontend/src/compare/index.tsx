/** Two or more sets beside a baseline: what differs, and what that changes under every measure. */

import type { Exportable } from "../export/types";
import { useExport } from "../export/use";
import { labelOf } from "../sets/names";
import { clipped } from "../sets/utils";
import { go, MOST_IN_TRAY, view } from "../state";
import { currentDetail, nameOf } from "../state/answers";
import { comparable, comparison, entries } from "../tray/questions";
import { without } from "../tray/utils";
import { Complaint, Waiting } from "../ui";
import { Add } from "./add";
import "./compare.css";
import { Ends } from "./ends";
import { ComparisonTable } from "./table";

const LONGEST = 40;
/** Sets in the name of a file. */
const MOST_NAMED = 4;

function offered(): Exportable | null {
  if (comparable.value.length < 2 || !comparison.value.content) return null;
  return {
    title: "comparison",
    about: () => comparable.peek().slice(0, MOST_NAMED).map(nameOf),
    picture: () => import("./export").then((found) => found.comparePicture()),
    extents: () => import("./export").then((found) => found.compareExtents()),
  };
}

export function ComparePage() {
  useExport(offered);
  const { content, loading, refusal } = comparison.value;
  const enough = comparable.value.length > 1;
  return (
    <div class="compare-page" data-testid="compare-page">
      <Toolbar showsTable={enough} />
      <Problems />
      {!enough && <TooFew />}
      {enough && refusal && <Complaint refusal={refusal} retry={comparison.retry} />}
      {enough && !refusal && content && currentDetail.value && (
        <div class={`compared ${loading ? "stale" : ""}`} aria-busy={loading}>
          <ComparisonTable found={content} />
          <Ends found={content} />
        </div>
      )}
      {enough && !refusal && !content && loading && <Waiting what="the comparison" />}
    </div>
  );
}

function Toolbar({ showsTable }: { showsTable: boolean }) {
  const { differences, order } = view.value;
  return (
    <div class="toolbar">
      <Add />
      {showsTable && (
        <>
          <label class="check">
            <input
              type="checkbox"
              data-testid="differences-only"
              checked={differences}
              onChange={(event) => go({ differences: event.currentTarget.checked })}
            />
            Differences only
          </label>
          <label class="check">
            Measures{" "}
            <select
              data-testid="compare-order"
              value={order ?? "change"}
              onChange={(event) =>
                go({ order: event.currentTarget.value === "given" ? "given" : null })
              }
            >
              <option value="change">largest change first</option>
              <option value="given">as imported</option>
            </select>
          </label>
        </>
      )}
    </div>
  );
}

/** Entries of the tray that cannot be compared, each with its reason and a way to drop it. */
function Problems() {
  const bad = entries.value.flatMap((entry, at) => (entry.problem ? [{ ...entry, at }] : []));
  if (bad.length === 0) return null;
  const { tray, baseline } = view.value;
  return (
    <ul class="complaint" role="alert" data-testid="bad-entries">
      {bad.map(({ text, key, problem, at }) => (
        <li key={`${at} ${text}`}>
          <b>{key === null ? clipped(text, LONGEST) : labelOf(key)}</b>: {problem}{" "}
          <button type="button" onClick={() => go(without(tray, baseline, at))}>
            Take it out
          </button>
        </li>
      ))}
    </ul>
  );
}

function TooFew() {
  const [first] = comparable.value;
  return (
    <div class="too-few" data-testid="too-few">
      <h2>
        {first === undefined
          ? "Compare two or more training sets"
          : `${labelOf(first)} is the baseline. Beside which sets?`}
      </h2>
      <p class="hint">
        Add them above by any spelling, or collect them on the map (Shift-click) and everywhere else
        (Space on the pinned set). The first one is the baseline; the tray holds up to{" "}
        {MOST_IN_TRAY}.
      </p>
    </div>
  );
}
