/** Tools over grid and table: how the rows are sorted, and which columns are shown. */
import type { Measure } from "../api/types";
import { count } from "../scales";
import { go, view } from "../state";
import { currentDetail, filter } from "../state/answers";
import { firstInWords, pressed } from "./order";
import { amountNames, shownMeasures, sorting, unknownSort } from "./question";

export function SortTool() {
  const now = sorting.value;
  const measures = currentDetail.value?.measures ?? [];
  return (
    <span class="tool">
      <label>
        <span>Rows by</span>
        <select
          data-testid="rows-sort"
          value={now.field}
          onChange={(event) =>
            go({ sort: pressed(event.currentTarget.value, { ...now, field: "" }) })
          }
        >
          {amountNames.value.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
          {measures.map((measure) => (
            <option key={measure.name} value={measure.name}>
              {measure.name}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        class="quiet"
        data-testid="rows-turn"
        title="Turn the order of the rows around"
        onClick={() => go({ sort: pressed(now.field, now) })}
      >
        {firstInWords(now, measures)} first
      </button>
    </span>
  );
}

/** Which measures are columns; none chosen is all. */
export function ColumnChooser({ clusters = false }: { clusters?: boolean }) {
  const all = currentDetail.value?.measures ?? [];
  if (all.length < 2) return null;
  const shown = shownMeasures.value;
  const toggle = (measure: Measure) => {
    const next = all.filter(
      (each) => (each.name === measure.name) !== shown.some((one) => one.name === each.name),
    );
    if (next.length === 0) return;
    go({ shown: next.length === all.length ? [] : next.map((each) => each.name) });
  };
  return (
    <details class="chooser" data-testid="column-chooser">
      <summary>
        {shown.length === all.length
          ? `All ${count(all.length)} columns`
          : `${count(shown.length)} of ${count(all.length)} columns`}
        {clusters && view.value.columns === "clustered" && ", clustered"}
      </summary>
      <fieldset>
        <legend class="hidden">Measures that are columns</legend>
        {clusters && all.length > 2 && (
          <label class="order">
            <span>Order</span>
            <select
              data-testid="grid-columns"
              value={view.value.columns === "clustered" ? "clustered" : "given"}
              onChange={({ currentTarget }) =>
                go({ columns: currentTarget.value === "given" ? null : currentTarget.value })
              }
            >
              <option value="given">as given</option>
              <option value="clustered">clustered: alike side by side</option>
            </select>
          </label>
        )}
        <button
          type="button"
          class="quiet"
          disabled={shown.length === all.length}
          onClick={() => go({ shown: [] })}
        >
          Show all
        </button>
        {all.map((measure) => {
          const checked = shown.includes(measure);
          return (
            <label key={measure.name}>
              <input
                type="checkbox"
                checked={checked}
                disabled={checked && shown.length === 1}
                onChange={() => toggle(measure)}
              />
              <span>{measure.name}</span>
            </label>
          );
        })}
      </fieldset>
    </details>
  );
}

/** How many sets there are, how many match the filter, and which rows are seen. */
export function RowCount(props: { total: number; first: number; last: number; noun?: string }) {
  const { total, first, last } = props;
  const stored = currentDetail.value?.summary.training_sets ?? total;
  const seen = total === 0 ? "" : `rows ${count(first + 1)}–${count(last + 1)} of ${count(total)}`;
  return (
    <span class="row-count" data-testid="row-count">
      {seen}
      {filter.value !== null && ` that match, of ${count(stored)} training sets`}
    </span>
  );
}

/** What the link asks for and is not there. */
export function UnknownSort() {
  if (unknownSort.value === null) return null;
  return (
    <p class="hint" role="status">
      Rows cannot be sorted by “{unknownSort.value}”: this lattice has no such measure or amount.
      They are sorted by rank.{" "}
      <button type="button" class="link" onClick={() => go({ sort: null }, "replace")}>
        Dismiss
      </button>
    </p>
  );
}

/** Nothing to show, and why. */
export function NoRows() {
  const stored = currentDetail.value?.summary.training_sets ?? 0;
  return (
    <div class="nothing" data-testid="no-rows">
      {filter.value === null || stored === 0 ? (
        <p>This lattice holds no training sets yet. Import results to fill it.</p>
      ) : (
        <>
          <p>
            <strong>0 of {count(stored)}</strong> training sets match{" "}
            {view.value.filters.length > 1 ? "all filters" : "the filter"}:
          </p>
          <p class="predicates">
            {view.value.filters.map((each) => (
              <code key={each}>{each}</code>
            ))}
          </p>
          <button type="button" onClick={() => go({ filters: [] })}>
            Clear {view.value.filters.length > 1 ? "filters" : "the filter"}
          </button>
        </>
      )}
    </div>
  );
}

/** A sheet that is being read for the first time. */
export function Bones({ rows = 12, columns = 4 }: { rows?: number; columns?: number }) {
  return (
    <div class="bones" role="status" aria-label="Reading rows">
      {Array.from({ length: rows }, (_, row) => (
        <p key={row}>
          {Array.from({ length: columns + 1 }, (_, column) => (
            <span key={column} class="bone" />
          ))}
        </p>
      ))}
    </div>
  );
}
