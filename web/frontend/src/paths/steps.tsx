/** The steps of a path as a table, a page at a time: the twin of its chart. */
import { useEffect, useState } from "preact/hooks";
import type { Path, PathStep } from "../api/types";
import { cellText, count, counted, signed } from "../scales";
import { hovered, pin } from "../state";
import { DeltaValue } from "../ui";
import { moveText, scoreText, shortened } from "./utils";

const PAGE = 50;
/** Letters of a name; the whole name is in the panel of the pinned set. */
const LONGEST = 160;

export interface StepsProps {
  readonly path: Path;
  /** Number of the first step of the part. */
  readonly start: number;
  readonly active: number | null;
  readonly onActive: (step: number | null) => void;
  /** A step that should be seen, as a page of the table. */
  readonly seen: number;
  /** Places of steps that are not on the path that it is compared with. */
  readonly apart?: ReadonlySet<number>;
}

export function Steps(props: StepsProps) {
  const { path, start, apart } = props;
  const { steps, measures } = path;
  const [page, setPage] = useState(0);
  const pages = Math.ceil(steps.length / PAGE);
  useEffect(() => setPage(Math.floor(props.seen / PAGE)), [props.seen]);
  const first = Math.min(page, pages - 1) * PAGE;
  const rows = steps.slice(first, first + PAGE);
  return (
    <div class="steps-table">
      <div class="scroll">
        <table data-testid="paths-steps">
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col">Move</th>
              <th scope="col">Set</th>
              {measures.length > 0 && (
                <>
                  <th scope="col">Score</th>
                  <th scope="col">Change</th>
                  <th scope="col">Since the start</th>
                </>
              )}
              {measures.slice(1).map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((step, place) => (
              <Row
                {...props}
                key={step.training_set.key}
                step={step}
                place={first + place}
                differs={apart?.has(first + place) ?? false}
              />
            ))}
          </tbody>
        </table>
      </div>
      {pages > 1 && (
        <p class="pager">
          <button type="button" disabled={first === 0} onClick={() => setPage(page - 1)}>
            Earlier
          </button>
          <span data-testid="paths-page">
            steps {count(start + first)} to {count(start + first + rows.length - 1)} of{" "}
            {count(path.moves ?? steps.length - 1)}
          </span>
          <button type="button" disabled={page >= pages - 1} onClick={() => setPage(page + 1)}>
            Later
          </button>
          {path.worst_step !== null &&
            path.worst_step - start < steps.length &&
            path.worst_step >= start && (
              <button
                type="button"
                class="quiet"
                onClick={() => setPage(Math.floor(((path.worst_step ?? 0) - start) / PAGE))}
              >
                Worst step ({count(path.worst_step)})
              </button>
            )}
        </p>
      )}
    </div>
  );
}

function Row(props: StepsProps & { step: PathStep; place: number; differs: boolean }) {
  const { path, start, step, place, active, onActive, differs } = props;
  const { training_set: set, cells, deltas, cumulative, jump } = step;
  const worst = place + start === path.worst_step;
  const point = (on: boolean) => {
    onActive(on ? place : null);
    hovered.value = on ? set.key : null;
  };
  const classes = [
    worst && "worst",
    active === place && "active",
    differs && "apart",
    jump && "jump",
  ];
  return (
    <tr
      class={classes.filter(Boolean).join(" ")}
      data-testid="path-row"
      onPointerEnter={() => point(true)}
      onPointerLeave={() => point(false)}
    >
      <th scope="row">{count(place + start)}</th>
      <td class="move">
        {place + start === 0 ? "start" : shortened(moveText(step), 60)}
        {jump && <small> jump of {jump.objects}</small>}
      </td>
      <td class="name">
        <button
          type="button"
          class="link"
          title={set.name.length > LONGEST ? set.name : ""}
          onFocus={() => point(true)}
          onBlur={() => point(false)}
          onClick={() => pin(set.key)}
        >
          {shortened(set.name, LONGEST)}
        </button>
        {set.name.length > LONGEST && <small> {counted(set.rank, "object")}</small>}
        {differs && <small> only here</small>}
      </td>
      {path.measures.length > 0 && (
        <>
          <td title={cellText(cells[0])}>{scoreText(cells[0])}</td>
          <td>
            <DeltaValue delta={deltas[0]} />
            {worst && <small class="worst-word"> worst step</small>}
          </td>
          <td>
            {place + start > 0 && typeof cumulative[0] === "number" ? signed(cumulative[0]) : ""}
          </td>
        </>
      )}
      {cells.slice(1).map((cell, other) => (
        <td key={path.measures[other + 1]} title={cellText(cell)}>
          {scoreText(cell)}
        </td>
      ))}
    </tr>
  );
}
