/** The grid: training sets x measures, and leave-one-out pairs side by side. */
import { computed, signal, useSignalEffect } from "@preact/signals";
import { apiUrl, ask, following, Refusal } from "../api";
import type { Grid, Measure } from "../api/types";
import { count } from "../scales";
import { go, hovered, pin, view } from "../state";
import { currentDetail } from "../state/answers";
import { Awaited, Complaint } from "../ui";
import { CellBox } from "./cell";
import { Pairs } from "./pairs";
import { cellColors, columnTitle, digitsOf } from "./utils";

const PAGE = 200;
const RANK = "rank";

const question = computed(() => {
  const found = currentDetail.value;
  const { view: shown, without } = view.value;
  if (!found || shown !== "grid" || without !== null) return null;
  const sort = found.measures.some((each) => each.name === view.value.sort)
    ? view.value.sort
    : null;
  return { lattice: found.summary.name, sort, measures: sorted(found.measures, sort) };
});

/** The sorting measure is asked for first: the API sorts by the first one. */
function sorted(measures: readonly Measure[], sort: string | null): string[] {
  const names = measures.map((each) => each.name);
  return sort === null ? names : [sort, ...names.filter((name) => name !== sort)];
}

function pageUrl(cursor: string | null): string | null {
  const asked = question.value;
  if (!asked) return null;
  return apiUrl(["lattices", asked.lattice, "grid"], {
    measure: asked.sort === null ? null : asked.measures,
    sort: asked.sort === null ? RANK : "score",
    limit: PAGE,
    cursor,
  });
}

const firstPage = following<Grid>(computed(() => pageUrl(null)));
const morePages = signal<readonly Grid[]>([]);
const moreRefusal = signal<Refusal | null>(null);

async function showMore(cursor: string): Promise<void> {
  const url = pageUrl(cursor);
  const start = firstPage.peek().content;
  if (url === null) return;
  try {
    const page = await ask<Grid>(url);
    if (firstPage.peek().content === start) morePages.value = [...morePages.peek(), page];
    moreRefusal.value = null;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    moreRefusal.value = error;
  }
}

export function GridPage() {
  const objects = currentDetail.value?.objects ?? [];
  useSignalEffect(() => {
    firstPage.value.content;
    morePages.value = [];
  });
  return (
    <div class="grid-view">
      <p class="toolbar">
        <label>
          Leave one out{" "}
          <select
            data-testid="pairs-object"
            value={view.value.without ?? ""}
            onChange={(event) => go({ without: event.currentTarget.value || null })}
          >
            <option value="">— show all sets —</option>
            {objects.map((object) => (
              <option key={object.name} value={object.name}>
                {object.name}
                {object.label ? ` (${object.label})` : ""}
              </option>
            ))}
          </select>
        </label>
        <span class="hint">
          {view.value.without === null
            ? "Every cell is a model: trained on its row, evaluated on its column."
            : "Two rows that differ by one object: what did it do?"}
        </span>
      </p>
      {view.value.without !== null ? (
        <Pairs />
      ) : (
        <Awaited resource={firstPage.value} retry={firstPage.retry} what="the grid">
          {(content) => <Sets page={content} />}
        </Awaited>
      )}
    </div>
  );
}

function Sets({ page }: { page: Grid }) {
  const pages = [page, ...morePages.value];
  const rows = pages.flatMap((each) => each.items);
  const last = pages.at(-1);
  const order = currentDetail.value?.measures ?? [];
  const place = (measure: Measure) => page.measures.findIndex((each) => each.name === measure.name);
  const colors = cellColors(page.measures, rows);
  const digits = digitsOf(rows);
  const columns = order.map((measure) => ({ measure, index: place(measure) }));
  return (
    <>
      <div class="scroll">
        <table class="grid" data-testid="grid-table">
          <thead>
            <tr>
              <th scope="col" aria-sort={view.value.sort === null ? "ascending" : "none"}>
                <button type="button" class="link" onClick={() => go({ sort: null })}>
                  training set
                </button>
              </th>
              {columns.map(({ measure }) => (
                <ColumnHead key={measure.name} measure={measure} all={order} />
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr
                key={row.training_set.key}
                class={row.training_set.key === view.value.set ? "pinned" : ""}
                onPointerEnter={() => {
                  hovered.value = row.training_set.key;
                }}
                onPointerLeave={() => {
                  hovered.value = null;
                }}
              >
                <th scope="row">
                  <button
                    type="button"
                    class="link"
                    title={row.training_set.name}
                    onClick={() => pin(row.training_set.key)}
                  >
                    {row.training_set.name}
                  </button>
                </th>
                {columns.map(({ measure, index }) => (
                  <CellBox
                    key={measure.name}
                    cell={row.cells[index] ?? null}
                    title={`trained on ${row.training_set.name}, ${measure.name}`}
                    color={(value) => colors(index, value)}
                    digits={digits}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {moreRefusal.value && <Complaint refusal={moreRefusal.value} />}
      <p class="hint">
        {count(rows.length)} of {count(page.total)} training sets shown. Brighter is better; colors
        span the rows shown, per metric.{" "}
        {last?.next && (
          <button type="button" onClick={() => last.next && showMore(last.next)}>
            Show more
          </button>
        )}
      </p>
    </>
  );
}

function ColumnHead({ measure, all }: { measure: Measure; all: readonly Measure[] }) {
  const isSorted = view.value.sort === measure.name;
  return (
    <th scope="col" aria-sort={isSorted ? "descending" : "none"}>
      <button
        type="button"
        class="link"
        title={`${measure.name}, ${measure.metric.direction} is better; click to sort, best first`}
        onClick={() => go({ sort: measure.name, measure: measure.name })}
      >
        {columnTitle(measure, all)}
        {isSorted ? " ▾" : ""}
      </button>
    </th>
  );
}
