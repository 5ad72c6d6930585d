/** The pinned set in the middle, larger sets above it, smaller ones below, missing ones hollow. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { MissingNeighbor, Neighbor, TrainingSet } from "../api/types";
import { fitted, textWidth } from "../map/primitives";
import { cellText, count, deltaText, higherIsBetter, isUnresolved, signed } from "../scales";
import { pointing } from "../sets/names";
import { changeText } from "../sets/utils";
import { hovered, pin, view } from "../state";
import { measure } from "../state/answers";
import { writeUrl } from "../state/url";
import { type StarEnd, starLayout } from "./layout";

const SIZE = 11;
const LETTER = 7.2;
/** Between a label and the next. */
const GAP = 6;
const MOST_ROOM = 140;
const LEAST_LETTERS = 7;
const ROOM_FOR_DELTAS = 50;
const ROOM_FOR_ERRORS = 112;
const USUAL_WIDTH = 288;

/** How wide an element is, followed as it changes. */
export function useWidth() {
  const element = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(USUAL_WIDTH);
  useEffect(() => {
    if (!element.current) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.max(1, Math.round(entry.contentRect.width)));
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return { element, width };
}

/**
 * The star. `slot` is the least width of a place and `row` the height of a row, in pixels;
 * `whole` and `allMissing` say whether these are all neighbors, and all missing ones, so that those
 * that are not drawn can be counted.
 */
export function Star(props: {
  center: TrainingSet;
  neighbors: readonly Neighbor[];
  missing: readonly MissingNeighbor[];
  whole: boolean;
  allMissing: boolean;
  slot: number;
  row: number;
}) {
  const { center: set, neighbors, missing, whole, allMissing, slot, row } = props;
  const { element, width } = useWidth();
  const chosen = measure.value;
  const margin = slot >= ROOM_FOR_DELTAS ? 44 : 26;
  const higher = !chosen || higherIsBetter(chosen);
  const frame = { width, slot: slot < ROOM_FOR_DELTAS ? slot : slotFor(props), row, margin };
  const star = starLayout(neighbors, missing, higher, frame);
  return (
    <div class="star" ref={element} data-testid="star">
      <svg width={width} height={star.height} viewBox={`0 0 ${width} ${star.height}`}>
        <title>Sets around {set.name}: larger ones above, smaller ones below</title>
        {star.ends.map((end) => (
          <line key={keyOf(end)} class={`ray ${looks(end)}`} {...rayOf(star.center, end)} />
        ))}
        {star.ends.map((end) => (
          <End
            key={keyOf(end)}
            end={end}
            counts={end.kind === "more" && (end.of === "missing" ? allMissing : whole)}
            detailed={slot >= ROOM_FOR_DELTAS}
          />
        ))}
        <circle class="center" cx={star.center.x} cy={star.center.y} r={slot > 50 ? 9 : 7} />
      </svg>
    </div>
  );
}

/** Places wide enough for what is written at them, within reason. */
function slotFor(props: {
  neighbors: readonly Neighbor[];
  missing: readonly MissingNeighbor[];
  slot: number;
}): number {
  const written = [...props.neighbors, ...props.missing].map(
    ({ added, removed }) => changeText(added, removed).length,
  );
  return Math.max(props.slot, Math.min(MOST_ROOM, Math.max(0, ...written) * LETTER + 10));
}

function keyOf(end: StarEnd): string {
  if (end.kind === "stored") return end.neighbor.training_set.key;
  return end.kind === "missing"
    ? end.missing.training_set.key
    : `${end.kind} ${end.of} ${end.offset}`;
}

/** Classes: which way the move goes, what it does, and whether that is resolved. */
function looks(end: StarEnd): string {
  if (end.kind !== "stored") return end.kind === "missing" ? "missing" : `more ${end.of}`;
  const { added, removed, deltas, training_set: set } = end.neighbor;
  const delta = deltas[0];
  const way = removed.length === 0 ? "add" : added.length === 0 ? "remove" : "swap";
  const unresolved = delta && isUnresolved(delta) ? "unresolved" : "";
  const pointed = hovered.value === set.key ? "pointed" : "";
  return `${way} ${delta?.effect ?? "equal"} ${unresolved} ${pointed}`;
}

function rayOf(center: { x: number; y: number }, { x, y }: StarEnd) {
  return { x1: center.x, y1: center.y, x2: x, y2: y };
}

function End(props: { end: StarEnd; counts: boolean; detailed: boolean }) {
  const { end, counts, detailed } = props;
  if (end.kind === "stored") return <Stored end={end} detailed={detailed} />;
  const { x, y } = end;
  if (end.kind === "more") {
    const many = counts ? `${count(end.count)} more` : "more";
    return (
      <g class={`end ${looks(end)}`}>
        <circle cx={x} cy={y} r="4" />
        <Label
          end={end}
          detailed={detailed}
          lines={[many, end.of === "missing" ? "not stored" : ""]}
        />
      </g>
    );
  }
  const { added, removed, training_set: set } = end.missing;
  return (
    <g class="end missing" data-testid="missing-end">
      <title>{`${set.name} is not stored`}</title>
      <circle cx={x} cy={y} r="5" />
      <Label end={end} detailed={detailed} lines={[changeText(added, removed), "not stored"]} />
    </g>
  );
}

function Stored(props: { end: StarEnd & { kind: "stored" }; detailed: boolean }) {
  const { end, detailed } = props;
  const { added, removed, deltas, training_set: set, cells } = end.neighbor;
  const delta = deltas[0];
  const change = changeText(added, removed);
  const said = delta ? deltaText(delta) : "";
  const short = delta?.value === null || !delta ? "no delta" : signed(delta.value);
  return (
    <a
      class={`end ${looks(end)}`}
      href={writeUrl({ ...view.value, set: set.key })}
      aria-label={`${change} ${said}: ${set.name} ${delta?.effect ?? ""}`}
      data-testid="star-end"
      onClick={(event) => {
        event.preventDefault();
        pin(set.key);
      }}
      {...pointing(set.key)}
    >
      <title>{`${set.name}: ${cellText(cells[0])}; ${said}`}</title>
      <circle class="target" cx={end.x} cy={end.y} r="13" />
      <circle cx={end.x} cy={end.y} r="6" />
      <Label
        end={end}
        detailed={detailed}
        lines={[change, end.room > ROOM_FOR_ERRORS ? said : short]}
      />
    </a>
  );
}

/** What stands at an end, as far as its place has room; away from the center. */
function Label(props: { end: StarEnd; detailed: boolean; lines: readonly string[] }) {
  const { end, detailed, lines } = props;
  const [first = "", second = ""] = lines;
  const fits = textWidth(first, SIZE, true) <= end.room;
  const room = fits ? end.room : end.room - GAP;
  if (!fits && room / LETTER < LEAST_LETTERS) return null;
  const withSecond = detailed && second !== "" && end.room >= ROOM_FOR_DELTAS;
  const above = end.offset > 0;
  const top = above ? end.y - (withSecond ? 26 : 12) : end.y + 20;
  return (
    <text x={end.x} y={top}>
      <tspan class="change">{fitted(first, room, SIZE, true)}</tspan>
      {withSecond && (
        <tspan class="value" x={end.x} dy="14">
          {fitted(second, room, SIZE)}
        </tspan>
      )}
    </text>
  );
}
