/** The pinned set in the middle, larger sets above it, smaller ones below. */
import type { Neighborhood } from "../api/types";
import { higherIsBetter } from "../scales";
import { hovered, pin, view } from "../state";
import { measure } from "../state/answers";
import { writeUrl } from "../state/url";
import { byDelta, type Step } from "./utils";

const WIDTH = 280;
const ROW = 66;
const MOST_LETTERS = 44;
const LONGEST_NAME = 6;
const MOST_DRAWN = 40;

export function Star({ content }: { content: Neighborhood }) {
  const chosen = measure.value;
  if (!chosen || content.neighbors.length === 0) return null;
  const sorted = byDelta(content.neighbors, higherIsBetter(chosen));
  const rows = (["add", "remove"] as const).map((kind) =>
    sorted.filter((neighbor) => neighbor.move.kind === kind),
  );
  if (rows.some((row) => row.length > MOST_DRAWN)) return null;
  const [above = [], below = []] = rows;
  const middle = above.length > 0 ? ROW : 12;
  const height = middle + (below.length > 0 ? ROW : 12);
  return (
    <svg class="star" viewBox={`0 0 ${WIDTH} ${height}`}>
      <title>Sets one move away: larger ones above, smaller ones below</title>
      {rows.map((row, index) =>
        row.map((neighbor, place) => (
          <Ray
            key={neighbor.training_set.key}
            neighbor={neighbor}
            x={(WIDTH * (place + 0.5)) / row.length}
            y={index === 0 ? 24 : height - 24}
            middle={middle}
            named={widestName(row) * row.length <= MOST_LETTERS}
          />
        )),
      )}
      <circle class="center" cx={WIDTH / 2} cy={middle} r="7" />
    </svg>
  );
}

function shown(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
}

/** Letters of the longest name with its sign. */
function widestName(row: readonly Step[]): number {
  return Math.max(0, ...row.map(({ move }) => shown(move.object).length + 1));
}

function Ray(props: { neighbor: Step; x: number; y: number; middle: number; named: boolean }) {
  const { neighbor, x, y, middle, named } = props;
  const { move, training_set: set } = neighbor;
  const effect = neighbor.deltas[0]?.effect ?? "equal";
  const sign = move.kind === "add" ? "+" : "−";
  const show = (key: string | null) => () => {
    hovered.value = key;
  };
  return (
    <a
      class={`ray ${move.kind} ${effect}`}
      href={writeUrl({ ...view.value, set: set.key })}
      aria-label={`${move.kind} ${move.object}: ${set.name}`}
      onClick={(event) => {
        event.preventDefault();
        pin(set.key);
      }}
      onPointerEnter={show(set.key)}
      onPointerLeave={show(null)}
    >
      <line x1={WIDTH / 2} y1={middle} x2={x} y2={y} />
      <circle cx={x} cy={y} r="5" />
      {named && (
        <text x={x} y={move.kind === "add" ? y - 10 : y + 18}>
          {sign}
          {shown(move.object)}
        </text>
      )}
    </a>
  );
}
