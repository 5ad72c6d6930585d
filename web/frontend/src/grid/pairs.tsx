/** Leave-one-out pairs: the set with the object beside the set without it, and what changed. */
import { computed, effect, signal } from "@preact/signals";
import type { Measure, Pair, PairPage, PairSummary } from "../api/types";
import {
  Bones,
  directionOf,
  type PagedQuestion,
  pagesOf,
  shownMeasures,
  sorting,
  sortingOf,
} from "../rows";
import { count, counted, errorNotes, number, signed } from "../scales";
import { go, hovered, pin, toggleInTray, view } from "../state";
import { currentDetail, filter, latticeUrl } from "../state/answers";
import { TrayToggle } from "../tray/toggle";
import { Complaint, DeltaValue } from "../ui";
import { columnTitle, digitsOf, fixed } from "./utils";

export const SIZE = 50;

/** The question for so many pairs; null while the grid shows no pairs. */
export function pairsUrl(limit: number, cursor: number | null = null): string | null {
  const { view: page, without } = view.value;
  if (page !== "grid" || without === null) return null;
  const all = currentDetail.value?.measures.length ?? 0;
  const shown = shownMeasures.value.map((each) => each.name);
  return latticeUrl(["pairs"], {
    object: without,
    measure: shown.length < all ? shown : null,
    sort: sorting.value.text,
    filter: filter.value,
    limit,
    cursor,
  });
}

const question = computed<PagedQuestion | null>(() => {
  const url = pairsUrl(SIZE);
  return url === null ? null : { head: url, more: url, size: SIZE };
});

export const pairs = pagesOf<Pair, PairPage>(question);

/** How many pages are shown; a new question begins with one again. */
export const pagesShown = signal(1);
effect(() => {
  question.value?.head;
  pagesShown.value = 1;
});

export function Pairs() {
  const { content, refusal } = pairs.head.value;
  if (refusal && (content === null || refusal.problem.status !== 0)) {
    return (
      <Complaint
        refusal={refusal}
        retry={pairs.head.retry}
        choose={(object) => go({ without: object })}
      />
    );
  }
  if (!content) return <Bones />;
  if (content.total === 0) return <NoPairs page={content} />;
  return <PairTable page={content} />;
}

function NoPairs({ page }: { page: PairPage }) {
  if (page.stored > 0) {
    return (
      <div class="nothing" data-testid="no-rows">
        <p>
          <strong>0 of {counted(page.stored, "pair")}</strong>: no set with {page.object} and a
          stored neighbor without it matches the filter.
        </p>
        <button type="button" onClick={() => go({ filters: [] })}>
          Clear the filter
        </button>
      </div>
    );
  }
  return (
    <div class="nothing" data-testid="no-rows">
      <p>
        No stored training set has its neighbor without {page.object} stored too: there is nothing
        to compare.
      </p>
      <button type="button" onClick={() => go({ without: null })}>
        Show all sets
      </button>
    </div>
  );
}

function PairTable({ page }: { page: PairPage }) {
  const wanted = Math.min(page.total, pagesShown.value * SIZE);
  pairs.want(0, wanted - 1);
  const shown: Pair[] = [];
  for (let at = 0; at < wanted; at += 1) {
    const pair = pairs.row(at);
    if (pair === null) break;
    shown.push(pair);
  }
  const digits = page.measures.map((_, at) =>
    digitsOf(
      page.items.flatMap((pair) => [
        pair.cells_with[at]?.mean ?? null,
        pair.cells_without[at]?.mean ?? null,
      ]),
      4,
    ),
  );
  const reading = shown.length < wanted;
  const refusal = pairs.refusal.value;
  const notes = errorNotes(shown.flatMap((pair) => pair.deltas));
  return (
    <>
      <p class="lead-line" data-picture>
        <strong>
          What does leaving out <q>{page.object}</q> change?
        </strong>{" "}
        <span class="hint">
          {counted(page.total, "pair")} of stored sets that differ by {page.object} alone
          {filter.value !== null &&
            `, of ${count(page.stored)}: those whose set with it matches the filter`}
          . A change is the score without it minus the score with it.
        </span>
      </p>
      <div class="pairs-box" data-picture>
        <table class="pairs-table" data-testid="grid-table" aria-busy={pairs.head.value.loading}>
          <thead>
            <tr>
              <th scope="col">
                <span class="axes">
                  <span class="down">trained on</span>
                </span>
              </th>
              {page.measures.map((measure) => (
                <PairHead key={measure.name} measure={measure} all={page.measures} />
              ))}
            </tr>
          </thead>
          <tbody class="summary" data-testid="pair-summary">
            <tr>
              <th scope="row">
                mean change <small>over all {count(page.total)}</small>
              </th>
              {page.summaries.map((summary, at) => (
                <Summary key={page.measures[at]?.name} summary={summary} />
              ))}
            </tr>
          </tbody>
          {shown.map((pair) => (
            <PairRows key={pair.with_object.key} pair={pair} page={page} digits={digits} />
          ))}
        </table>
      </div>
      <footer class="grid-foot" data-picture>
        {refusal && <Complaint refusal={refusal} retry={pairs.retry} />}
        <div class="line">
          <span class="row-count" data-testid="row-count">
            {count(shown.length)} of {counted(page.total, "pair")} shown, {orderWords(page)}
          </span>
          {wanted < page.total && (
            <button
              type="button"
              data-picture="none"
              disabled={reading}
              onClick={() => {
                pagesShown.value += 1;
              }}
            >
              {reading ? "Reading …" : `Show ${count(Math.min(SIZE, page.total - wanted))} more`}
            </button>
          )}
          {reading && wanted >= page.total && <span class="hint">Reading …</span>}
        </div>
        <p class="hint">
          {notes.join(" ")}{" "}
          {(currentDetail.value?.notes ?? []).map((note) => `Note: ${note}.`).join(" ")}
        </p>
      </footer>
    </>
  );
}

function orderWords(page: PairPage): string {
  const names = (currentDetail.value?.measures ?? []).map((each) => each.name);
  const now = sortingOf(page.sort, names, ["rank", "cost", "size"]) ?? sorting.value;
  if (names.includes(now.field))
    return now.turned ? "the worst changes first" : "the best changes first";
  if (now.field === "rank" && !now.turned) return "the largest sets first";
  return `by ${now.field}, ${now.turned ? "largest" : "smallest"} first`;
}

/** The first press shows what it hurts most. */
function PairHead({ measure, all }: { measure: Measure; all: readonly Measure[] }) {
  const now = sorting.value;
  const sorted = now.field === measure.name;
  const next = !sorted ? `-${measure.name}` : now.turned ? measure.name : null;
  const direction = directionOf(measure.name, measure, now);
  return (
    <th scope="col" aria-sort={direction}>
      <button
        type="button"
        class="link"
        title={`${measure.name}, ${measure.metric.direction} is better. Click to sort pairs by change: the worst first, then the best, then by rank.`}
        onClick={() => go({ sort: next, measure: measure.name })}
      >
        <span>{columnTitle(measure, all)}</span>
        {sorted && <i aria-hidden="true">{direction === "descending" ? "▼" : "▲"}</i>}
      </button>
    </th>
  );
}

/** The mean change, and for how many pairs it is better or worse, as a bar and in words. */
function Summary({ summary }: { summary: PairSummary }) {
  const { pairs: all, better, worse, equal, declared, mean } = summary;
  if (!mean || mean.value === null) {
    return (
      <td class="none">
        no pair with two scores{declared > 0 ? ` (${count(declared)} with a declared one)` : ""}
      </td>
    );
  }
  const error = mean.standard_error === null ? "" : ` ± ${number(mean.standard_error)}`;
  const interval =
    mean.low !== null && mean.high !== null
      ? `; ${Math.round(mean.level * 100)}% interval ${signed(mean.low)} to ${signed(mean.high)}, from noise of the scores`
      : "";
  const left = declared > 0 ? `; ${counted(declared, "pair")} with a declared score left out` : "";
  return (
    <td
      title={`Mean change over ${counted(all, "pair")}: ${signed(mean.value)}${error}${interval}${left}`}
    >
      <span class="mean">
        {signed(mean.value)}
        {error}
      </span>
      <svg class="tally" viewBox={`0 0 ${all} 1`} preserveAspectRatio="none" aria-hidden="true">
        <rect class="worse" width={worse} height="1" />
        <rect class="equal" x={worse} width={equal} height="1" />
        <rect class="better" x={worse + equal} width={better} height="1" />
      </svg>
      <small>
        {count(worse)} worse,
        <br />
        {count(better)} better
        {equal > 0 && (
          <>
            ,
            <br />
            {count(equal)} equal
          </>
        )}
      </small>
    </td>
  );
}

function PairRows(props: { pair: Pair; page: PairPage; digits: readonly number[] }) {
  const { pair, page, digits } = props;
  const rows = [
    ["with", pair.with_object, pair.cells_with],
    ["without", pair.without_object, pair.cells_without],
  ] as const;
  return (
    <tbody data-testid="pair-row">
      {rows.map(([word, set, cells]) => (
        <tr
          key={word}
          class={set.key === view.value.set ? "pinned" : ""}
          onPointerEnter={() => {
            hovered.value = set.key;
          }}
          onPointerLeave={() => {
            hovered.value = null;
          }}
        >
          <th scope="row">
            <span class="named">
              <button
                type="button"
                class="link"
                title={set.name}
                onClick={(event) => (event.shiftKey ? toggleInTray(set.key) : pin(set.key))}
              >
                {set.name}
              </button>
              <small>
                {word} {page.object}
              </small>
              <TrayToggle of={set.key} name={set.name} />
            </span>
          </th>
          {page.measures.map((measure, at) => {
            const cell = cells[at] ?? null;
            return (
              <td key={measure.name} class={cell ? "" : "missing"}>
                {cell ? fixed(cell.mean, digits[at] ?? 4) : "missing"}
                {cell?.origin === "declared" && <small> declared</small>}
              </td>
            );
          })}
        </tr>
      ))}
      <tr class="change">
        <th scope="row">change</th>
        {page.measures.map((measure, at) => (
          <td key={measure.name}>
            <DeltaValue delta={pair.deltas[at]} testid="pair-delta" />
          </td>
        ))}
      </tr>
    </tbody>
  );
}
