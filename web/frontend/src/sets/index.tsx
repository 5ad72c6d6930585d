/** The page of one training set: the sets around it, and what its objects do in it. */
import type { Neighborhood } from "../api/types";
import type { Exportable } from "../export/types";
import { useExport } from "../export/use";
import { around } from "../neighborhood/questions";
import { cellText, count, counted } from "../scales";
import { pin, view } from "../state";
import { currentDetail, measure, nameOf, neighborhood } from "../state/answers";
import { Awaited, Waiting } from "../ui";
import { Absent } from "./absent";
import { Around } from "./around";
import { Broken, labelOf } from "./names";
import { absent, chosen, extremes, nearest } from "./questions";
import { Sections } from "./sections";
import "./sets.css";

const LONGEST_HEADING = 60;

function offered(): Exportable | null {
  const { set } = view.value;
  const isStored = around.value !== null && chosen.value.content !== null;
  if (set === null || !(isStored || (absent.value && nearest.value.content))) return null;
  return {
    title: "set",
    about: () => [measure.peek()?.name ?? null, nameOf(set)],
    ...(isStored && { picture: () => import("./export").then((found) => found.setPicture()) }),
    extents: () => import("./export").then((found) => found.setExtents()),
  };
}

export function SetPage() {
  useExport(offered);
  if (view.value.set === null) {
    return (
      <div class="set-page" data-testid="no-set">
        <NoSet />
      </div>
    );
  }
  if (absent.value) {
    return (
      <div class="set-page" data-testid="set-page">
        <Absent refusal={absent.value} />
      </div>
    );
  }
  return (
    <div class="set-page" data-testid="set-page">
      {around.value ? (
        <Found content={around.value} />
      ) : (
        <Awaited
          resource={{ ...neighborhood.value, content: null }}
          retry={neighborhood.retry}
          what="the set"
        >
          {() => <Waiting what="the set" />}
        </Awaited>
      )}
    </div>
  );
}

/** No set is chosen: how to choose one, and some to begin with. */
function NoSet() {
  const stored = currentDetail.value?.summary.training_sets;
  const ends = extremes.flatMap((each) => each.value.content?.items[0] ?? []);
  const keys = new Set([...view.value.tray, ...ends.map((each) => each.training_set.key)]);
  if (stored === 0) return <p class="hint">This lattice holds no training set yet.</p>;
  return (
    <>
      <h1>Choose a training set</h1>
      <p class="hint">
        Search for it, or click one on the map, in the grid or in a comparison. These are the
        smallest and the largest{view.value.tray.length > 0 ? ", and those of the tray" : ""}:
      </p>
      <p class="actions">
        {[...keys].map((key) => (
          <button key={key} type="button" title={nameOf(key)} onClick={() => pin(key)}>
            <Broken text={labelOf(key)} />
          </button>
        ))}
      </p>
    </>
  );
}

function Found({ content }: { content: Neighborhood }) {
  const { training_set: set, cells } = content;
  const objects = currentDetail.value?.objects.length ?? 0;
  // By what was answered, not by what is asked now: the answer may be of the measure before.
  const [answered] = content.measures;
  return (
    <>
      <header data-picture>
        <h1 title={set.name}>
          <Broken text={labelOf(set.key, LONGEST_HEADING)} />
        </h1>
        <p>
          {count(set.rank)} of {counted(objects, "object")}
          {answered !== undefined && (
            <>
              {" · "}
              {answered}: <strong>{cellText(cells[0])}</strong>
            </>
          )}
        </p>
      </header>
      <Around />
      <Sections key={set.key} content={content} />
    </>
  );
}
