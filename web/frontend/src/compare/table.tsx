/** The table of a comparison: measures down, sets across, the baseline first. */
import { useSignal } from "@preact/signals";
import type { Cell, ComparedSet, Comparison } from "../api/types";
import { DeltaBar } from "../neighborhood/deltabar";
import { cellText, count, counted, number } from "../scales";
import { Broken, labelOf, Objects, pointing, SetName } from "../sets/names";
import { go, setBaseline, toggleInTray, view } from "../state";
import { currentDetail, measure } from "../state/answers";
import { DeltaValue, ErrorNote } from "../ui";
import { bySize, commonMatch, matchText, type Row, rowsOf } from "./utils";

const MOST_ROWS = 60;

export function ComparisonTable({ found }: { found: Comparison }) {
  const shown = useSignal(MOST_ROWS);
  const measures = currentDetail.value?.measures ?? [];
  const given = rowsOf(found, measures);
  const { differences, order } = view.value;
  const sorted = order === "given" ? given : bySize(given);
  const wanted = differences ? sorted.filter((row) => row.differs) : sorted;
  const rows = wanted.slice(0, shown.value);
  const hidden = sorted.length - wanted.length;
  const protocols = new Set(found.protocols);
  const metrics = new Set(given.map((row) => row.measure.metric.name));
  return (
    <>
      <section class="scroll" aria-label="Comparison">
        <table class="comparison" data-testid="comparison" data-picture="whole">
          <thead>
            <tr>
              <th scope="col">measure</th>
              <th scope="col" class="base">
                <SetName of={found.baseline.training_set.key} longest={18} />
                <small>baseline</small>
              </th>
              {found.sets.map((set) => (
                <Head key={set.training_set.key} set={set} />
              ))}
            </tr>
          </thead>
          <tbody class="objects">
            <Changes found={found} title="added" />
            <Changes found={found} title="removed" />
            {!differences && (
              <tr>
                <th scope="row">held by all</th>
                <td colSpan={found.sets.length + 1} data-testid="held">
                  <Objects names={found.held} none="no object" />
                </td>
              </tr>
            )}
          </tbody>
          <tbody>
            {rows.map((row) => (
              <MeasureRow
                key={row.measure.name}
                row={row}
                found={found}
                withProtocol={protocols.size > 1}
              />
            ))}
          </tbody>
        </table>
      </section>
      <p class="hint" data-picture>
        {protocols.size === 1 && `All under the protocol ${found.protocols[0]}. `}
        {protocols.size > 1 && "Scores are compared within a measure, so never across protocols. "}
        {order !== "given" &&
          metrics.size > 1 &&
          "Sorted by the share of the metric's largest change. "}
        {hidden > 0 && `${counted(hidden, "measure")} without a difference hidden. `}
        {found.notes.join("; ")}
        {rows.length < wanted.length && (
          <button
            type="button"
            data-picture="none"
            onClick={() => {
              shown.value = wanted.length;
            }}
          >
            Show {count(wanted.length - rows.length)} more measures
          </button>
        )}
      </p>
      <div data-picture>
        <ErrorNote deltas={found.sets.flatMap(({ deltas }) => deltas)} />
      </div>
    </>
  );
}

function Head({ set }: { set: ComparedSet }) {
  const { key } = set.training_set;
  return (
    <th scope="col" data-testid="compared-set" {...pointing(key)}>
      <SetName of={key} longest={18} />
      <small>
        {counted(set.distance, "change")}
        {set.stored ? "" : ", not stored"}
      </small>
      <span class="head-actions" data-picture="none">
        <button
          type="button"
          class="quiet"
          title="Path from the baseline to this set"
          data-testid="compare-path"
          onClick={() => go({ view: "paths", mode: "path", from: baselineKey(), to: key })}
        >
          Path
        </button>
        <button
          type="button"
          class="quiet"
          data-testid="compare-baseline"
          title="Make it the baseline"
          onClick={() => setBaseline(key)}
        >
          Baseline
        </button>
        <button
          type="button"
          class="quiet"
          aria-label={`Take ${labelOf(key)} out`}
          onClick={() => toggleInTray(key)}
        >
          ×
        </button>
      </span>
    </th>
  );
}

/** The key of the set that the others are compared with. */
function baselineKey(): string | null {
  const { baseline, tray } = view.peek();
  return baseline !== null && tray.includes(baseline) ? baseline : (tray[0] ?? null);
}

function Changes({ found, title }: { found: Comparison; title: "added" | "removed" }) {
  if (found.sets.every((set) => set[title].length === 0)) return null;
  return (
    <tr>
      <th scope="row">{title}</th>
      <td class="base" />
      {found.sets.map((set) => (
        <td key={set.training_set.key} data-testid={`compare-${title}`}>
          <Objects names={set[title]} sign={title === "added" ? "+" : "−"} none="–" />
        </td>
      ))}
    </tr>
  );
}

function MeasureRow(props: { row: Row; found: Comparison; withProtocol: boolean }) {
  const { row, found, withProtocol } = props;
  const { measure: each, place, span } = row;
  const common = commonMatch(found.sets.flatMap(({ replicates }) => replicates[place] ?? []));
  const isChosen = each.name === measure.value?.name;
  return (
    <tr class={isChosen ? "chosen" : ""} data-testid="compare-measure">
      <th scope="row">
        <button
          type="button"
          class="link"
          title={`${each.name}: ${each.metric.direction} is better`}
          onClick={() => go({ measure: each.name })}
        >
          <Broken text={each.name} />
        </button>
        <small>
          {each.metric.direction === "lower" ? "lower is better · " : ""}
          {withProtocol && !each.name.includes("@") ? `protocol ${each.protocol.name} · ` : ""}
          {common ?? "replicates differ by set"}
        </small>
      </th>
      <td class="base">
        <Score cell={found.baseline.cells[place]} />
      </td>
      {found.sets.map((set) => (
        <td key={set.training_set.key} data-testid="compare-cell">
          <span class="figures">
            <Score cell={set.cells[place]} />
            <DeltaValue delta={set.deltas[place]} />
          </span>
          <DeltaBar delta={set.deltas[place]} span={span} />
          {common === null && set.replicates[place] && (
            <small>{matchText(set.replicates[place])}</small>
          )}
        </td>
      ))}
    </tr>
  );
}

function Score({ cell }: { cell: Cell | null | undefined }) {
  if (!cell) return <span class="score missing-score">no score</span>;
  return (
    <span class="score" title={cellText(cell)}>
      {number(cell.mean)}
      {cell.origin === "declared" && <small> declared</small>}
      {cell.standard_error !== null && <small> ± {number(cell.standard_error)}</small>}
    </span>
  );
}
