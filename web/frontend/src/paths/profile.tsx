/** The scores along a path as a chart: one for the followed measure, smaller ones for others. */
import type { Path } from "../api/types";
import { StepChart } from "../charts";
import { Key } from "../charts/marks";
import type { Level, Series } from "../charts/types";
import { count, deltaText, number } from "../scales";
import { hovered, pin } from "../state";
import "./profile.css";
import { moveText, profileSeries, shortened, stepText } from "./utils";

const OTHER_HEIGHT = 130;

export interface ProfileProps {
  /** The shown part of the path, and the number of its first step. */
  readonly path: Path;
  readonly start?: number;
  readonly height: number;
  /** Another path of the same steps, drawn behind; and scores that held-out blocks give. */
  readonly behind?: Series | null;
  readonly active: number | null;
  readonly onActive: (step: number | null) => void;
  readonly onChoose?: (step: number) => void;
}

export function Profile(props: ProfileProps) {
  const { path, start = 0, active, onActive } = props;
  const { steps, measures } = path;
  const labels = steps.map((step, place) => (place + start === 0 ? "start" : moveText(step)));
  const names = steps.map((step) => step.training_set.name);
  const textAt = (place: number) => (at: number) => {
    const step = steps[at];
    if (!step) return "";
    const { cells, deltas, cumulative, training_set: set } = step;
    return stepText(
      at + start,
      moveText(step),
      set.name,
      cells[place],
      deltas[place],
      cumulative[place],
    );
  };
  const point = (step: number | null) => {
    onActive(step);
    hovered.value = step === null ? null : (steps[step]?.training_set.key ?? null);
  };
  const choose = (step: number) => {
    const key = steps[step]?.training_set.key;
    if (key) pin(key);
    props.onChoose?.(step);
  };
  const fitted = crossFitted(path, start);
  return (
    <div class="profiles-drawn" data-picture>
      {measures.map((measure, place) => {
        const scores = profileSeries(steps, place);
        const first = place === 0;
        const worst = path.worst_steps[place];
        const marked = typeof worst === "number" ? worst - start : null;
        const delta = marked === null ? undefined : steps[marked]?.deltas[place];
        return (
          <StepChart
            key={measure}
            testid={first ? "path-profile" : "path-profile-other"}
            series={first ? [...(props.behind ? [props.behind] : []), scores, ...fitted] : [scores]}
            labels={labels}
            names={names}
            start={start}
            height={first ? props.height : OTHER_HEIGHT}
            title={measure}
            label={`${measure} at every step; arrows walk along, Enter pins`}
            textOf={textAt(place)}
            levels={first ? floorLevels(path) : []}
            marked={marked}
            markText={delta ? `worst step ${deltaText(delta)}` : "worst step"}
            origin={originOf(path, place)}
            active={active}
            onActive={point}
            onChoose={choose}
            bare={place < measures.length - 1}
          />
        );
      })}
    </div>
  );
}

/** The score that changes are counted from. */
function originOf({ steps }: Path, place: number): number | null {
  const step = steps.find((each) => each.cells[place] && each.cumulative[place] !== null);
  const cell = step?.cells[place];
  const since = step?.cumulative[place];
  if (cell?.origin === "declared" || steps[0]?.cells[place]?.origin === "declared") return null;
  return cell && typeof since === "number" ? cell.mean - since : null;
}

function floorLevels({ floor }: Path): Level[] {
  return floor === null ? [] : [{ at: floor, text: `worst between the ends ${number(floor)}` }];
}

/** What held-out blocks say of the same steps. */
export function crossFitted(path: Path, start: number): Series[] {
  const fitted = path.optimism?.cross_fitted_profile;
  if (!fitted || start > 0) return [];
  return [{ name: "cross-fitted", look: "fitted", values: fitted.map((value) => ({ value })) }];
}

/** What is under the pointer, or else how to read the chart. */
export function Readout({
  path,
  start = 0,
  active,
}: {
  path: Path;
  start?: number;
  active: number | null;
}) {
  const step = active === null ? undefined : path.steps[active];
  if (!step || active === null) {
    return (
      <p class="readout hint">
        <span data-picture>{meaning(path)}</span> Point at a step to read it, click to pin its set.
      </p>
    );
  }
  const { cells, deltas, cumulative, training_set: set } = step;
  const fitted = start > 0 ? null : path.optimism?.cross_fitted_profile?.[active];
  return (
    <p class="readout" aria-live="off">
      {stepText(active + start, moveText(step), set.name, cells[0], deltas[0], cumulative[0])}
      {typeof fitted === "number" && ` · cross-fitted ${number(fitted)}`}
    </p>
  );
}

/** What the marks of a chart mean. */
function meaning(path: Path): string {
  const declared = path.steps.filter((step) => step.cells[0]?.origin === "declared");
  const said: string[] = [];
  if (path.steps.some((step) => step.cells[0]?.standard_error)) {
    said.push("Bars, or a band where steps are many, are one standard error to either side.");
  }
  for (const { training_set: set } of declared.slice(0, 1)) {
    said.push(
      `The score of ${shortened(set.name)} is declared, not measured${declared.length > 1 ? ` (and ${count(declared.length - 1)} more)` : ""}: it is not placed.`,
    );
  }
  return said.join(" ");
}

/** What the lines are, where there is more than one. */
export function Keys({ path, behind }: { path: Path; behind?: string | null }) {
  const fitted = path.optimism?.cross_fitted_profile;
  if (!fitted && !behind) return null;
  return (
    <p class="chart-keys" data-picture>
      <Key look="profile-line">{behind ? "this path" : "as it appears"}</Key>
      {fitted && <Key look="fitted">cross-fitted: chosen on one half, scored on the other</Key>}
      {behind && <Key look="behind">{behind}</Key>}
    </p>
  );
}
