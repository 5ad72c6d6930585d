/** The chosen neighborhood: star, summaries where there are many, and a bar for each change. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask, isUnreachable, Refusal } from "../api";
import type { Neighborhood, NeighborSummary } from "../api/types";
import { Bars } from "../neighborhood/bars";
import { Star } from "../neighborhood/star";
import { count, counted, isUnresolved, number, signed } from "../scales";
import { go } from "../state";
import { measure } from "../state/answers";
import { Complaint, DeltaValue, Waiting } from "../ui";
import { SetName } from "./names";
import { chooseMoves, chosen, MOVES, moves, PAGE, pageUrl, RADII, radius } from "./questions";
import { changeText, quantileMarks, withWorst } from "./utils";

const SLOT = 58;
const ROW = 112;
const SIDES = { add: "larger", remove: "smaller", swap: "same size", mixed: "mixed" } as const;

export function Around() {
  const { content, loading, refusal } = chosen.value;
  return (
    <section aria-label="The sets around it" class={loading ? "around stale" : "around"}>
      <Choice />
      {refusal && !(content && isUnreachable(refusal)) ? (
        <Complaint refusal={refusal} retry={chosen.retry} />
      ) : content ? (
        <Content content={content} />
      ) : (
        <Waiting what="the neighborhood" />
      )}
    </section>
  );
}

/** How far, and by which moves. */
function Choice() {
  return (
    <div class="toolbar">
      <fieldset class="segments">
        <legend class="hidden">How many moves away</legend>
        {RADII.map((each) => (
          <button
            key={each}
            type="button"
            data-testid={`radius-${each}`}
            aria-pressed={radius.value === each}
            onClick={() => go({ radius: each === 1 ? null : `${each}` })}
          >
            {each === 1 ? "1 move" : `${each} moves`}
          </button>
        ))}
      </fieldset>
      <fieldset class="checks">
        <legend class="hidden">Which moves</legend>
        {MOVES.map((each) => {
          const on = moves.value.includes(each);
          return (
            <label key={each}>
              <input
                type="checkbox"
                data-testid={`moves-${each}`}
                checked={on}
                disabled={on && moves.value.length === 1}
                onChange={() =>
                  chooseMoves(
                    on ? moves.value.filter((other) => other !== each) : [...moves.value, each],
                  )
                }
              />
              <svg class={`stroke ${each}`} viewBox="0 0 26 8" aria-hidden="true">
                <line x1="1" x2="25" y1="4" y2="4" />
              </svg>
              {each === "swap" ? "swap one for another" : each}
            </label>
          );
        })}
      </fieldset>
    </div>
  );
}

function Content({ content }: { content: Neighborhood }) {
  const { neighbors, missing, total, missing_total: absent, next } = content;
  const away = content.radius === 1 ? "one move away" : `up to ${content.radius} moves away`;
  return (
    <>
      <p class="hint" data-testid="around-count" data-picture>
        {counted(total, "stored set")} {away}
        {absent === 0
          ? ", none missing"
          : `, ${absent === null ? "more than 2^53" : count(absent)} not stored`}
        .
        {next !== null &&
          ` Drawn are some of the best ${neighbors.length}, and the worst of each side.`}
      </p>
      <div data-picture>
        <Star
          center={content.training_set}
          neighbors={next === null ? neighbors : withWorst(content)}
          missing={missing}
          whole={next === null}
          allMissing={missing.length === absent}
          slot={SLOT}
          row={content.radius > 1 ? 92 : ROW}
        />
      </div>
      <Signs content={content} />
      {content.summaries.length > 0 && measure.value && <Summaries content={content} />}
      {total > 0 && <Pages content={content} />}
      {content.notes.map((note) => (
        <p key={note} class="hint">
          Note: {note}.
        </p>
      ))}
    </>
  );
}

/** What the looks of the ends mean, of those that there are. */
function Signs({ content }: { content: Neighborhood }) {
  const unresolved = content.neighbors.some(({ deltas: [delta] }) => delta && isUnresolved(delta));
  const said = [
    unresolved ? "Pale and hollow: no change lies within the 90% interval." : "",
    content.missing.length > 0 ? "Dashed circles: not stored." : "",
  ].filter(Boolean);
  return said.length > 0 ? (
    <p class="hint" data-picture>
      {said.join(" ")}
    </p>
  ) : null;
}

// ---------------------------------------------------------------- summaries

function Summaries({ content }: { content: Neighborhood }) {
  const ends = content.summaries.flatMap(({ deltas: [delta] }) => delta?.quantiles ?? []);
  const reach = Math.max(1e-12, ...ends.map(Math.abs));
  return (
    <div class="scroll">
      <table class="plain" data-testid="summaries">
        <caption class="hidden">The neighbors of each side, and how their scores differ</caption>
        <thead>
          <tr>
            <th scope="col">side</th>
            <th scope="col">stored</th>
            <th scope="col">missing</th>
            <th scope="col">better / worse</th>
            <th scope="col">least, quartiles, largest change</th>
            <th scope="col">best</th>
            <th scope="col">worst</th>
          </tr>
        </thead>
        <tbody>
          {content.summaries.map((summary) => (
            <Summary key={summary.side} summary={summary} reach={reach} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Summary({ summary, reach }: { summary: NeighborSummary; reach: number }) {
  const [delta] = summary.deltas;
  const quantiles = delta?.quantiles ?? null;
  const marks = quantiles ? quantileMarks(quantiles, reach) : null;
  return (
    <tr>
      <th scope="row">{SIDES[summary.side]}</th>
      <td>{count(summary.stored)}</td>
      <td>{summary.missing === null ? "over 2^53" : count(summary.missing)}</td>
      <td>
        {delta ? `${count(delta.better)} / ${count(delta.worse)}` : ""}
        {delta && delta.unknown > 0 ? `, ${count(delta.unknown)} unknown` : ""}
      </td>
      <td>
        {marks && quantiles ? (
          <>
            <svg
              class="quantiles"
              viewBox="0 0 100 14"
              preserveAspectRatio="none"
              aria-hidden="true"
            >
              <line class="zero" x1="50" x2="50" y1="0" y2="14" />
              <path class="whisker" d={`M${marks[0]} 7H${marks[4]}`} />
              <rect x={marks[1]} width={Math.max(0.5, marks[3] - marks[1])} y="3" height="8" />
              <path class="whisker" d={`M${marks[2]} 2V12`} />
            </svg>
            <small>{quantiles.map((each) => signed(each)).join(", ")}</small>
          </>
        ) : (
          <span class="hint">no delta is known</span>
        )}
      </td>
      {[delta?.best, delta?.worst].map((extreme, place) => (
        <td key={place === 0 ? "best" : "worst"}>
          {extreme && (
            <>
              <DeltaValue delta={extreme.delta} />{" "}
              <small>{changeText(extreme.added, extreme.removed)}</small>{" "}
              <SetName of={extreme.training_set.key} longest={16} />
            </>
          )}
        </td>
      ))}
    </tr>
  );
}

// ---------------------------------------------------------------- pages of bars

interface Page {
  readonly of: Neighborhood;
  readonly start: number;
  readonly neighbors: Neighborhood["neighbors"];
}
const later = signal<Page | null>(null);
const laterRefusal = signal<Refusal | null>(null);

async function turnTo(start: number, of: Neighborhood): Promise<void> {
  laterRefusal.value = null;
  if (start === 0) {
    later.value = null;
    return;
  }
  const url = pageUrl(start);
  if (url === null) return;
  try {
    const { neighbors } = await ask<Neighborhood>(url);
    if (chosen.value.content === of) later.value = { of, start, neighbors };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    laterRefusal.value = error;
  }
}

function Pages({ content }: { content: Neighborhood }) {
  useEffect(
    () => () => {
      later.value = null;
    },
    [content],
  );
  const page = later.value?.of === content ? later.value : null;
  const start = page?.start ?? 0;
  const neighbors = page?.neighbors ?? content.neighbors;
  const last = start + neighbors.length;
  return (
    <>
      <h2 data-picture>What each {content.radius === 1 ? "move" : "way"} changes</h2>
      {measure.value ? (
        <div data-picture>
          <Bars neighbors={neighbors} scored />
        </div>
      ) : (
        <p class="hint">Nothing is evaluated yet.</p>
      )}
      {laterRefusal.value && <Complaint refusal={laterRefusal.value} />}
      {(content.next !== null || start > 0) && (
        <p class="toolbar" data-testid="bar-pages">
          <span>
            {number(start + 1)}–{number(last)} of {count(content.total)}, best score first
          </span>
          <button
            type="button"
            disabled={start === 0}
            onClick={() => void turnTo(Math.max(0, start - PAGE), content)}
          >
            Better ones
          </button>
          <button
            type="button"
            disabled={last >= content.total}
            onClick={() => void turnTo(start + PAGE, content)}
          >
            Next {count(Math.min(PAGE, content.total - last))}
          </button>
        </p>
      )}
    </>
  );
}
