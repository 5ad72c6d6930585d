/** The pinned set: its members and score, and what each single move from it changes. */
import type { Neighborhood } from "../api/types";
import { cellText } from "../scales";
import { connect, go, pin, view } from "../state";
import { currentDetail, measure, neighborhood, objectNames } from "../state/answers";
import { Awaited } from "../ui";
import { Bars } from "./bars";
import { Star } from "./star";
import { members } from "./utils";

const MOST_MEMBERS = 40;
const MOST_MISSING = 12;

export function FocusPanel() {
  return (
    <Awaited resource={neighborhood.value} retry={neighborhood.retry} what="the neighborhood">
      {(content) => <Focus content={content} />}
    </Awaited>
  );
}

function Focus({ content }: { content: Neighborhood }) {
  const { training_set: set, cells } = content;
  return (
    <>
      <header>
        <h2 data-testid="focus-name">{set.name}</h2>
        <button type="button" class="quiet" title="Unpin (Esc)" onClick={() => pin(null)}>
          Unpin
        </button>
      </header>
      <p>
        {set.rank} of {objectNames.value.length} objects. {measure.value?.name}:{" "}
        <strong>{cellText(cells[0])}</strong>.
      </p>
      <Members setKey={set.key} />
      <PathButtons setKey={set.key} />
      <h3>One move away</h3>
      <Star content={content} />
      <Bars content={content} />
      <Missing content={content} />
    </>
  );
}

function Members({ setKey }: { setKey: string }) {
  const objects = currentDetail.value?.objects ?? [];
  const held = members(objects, setKey);
  if (!held.some((object) => object.label)) return null;
  return (
    <ul class="members">
      {held.slice(0, MOST_MEMBERS).map((object) => (
        <li key={object.name}>
          <b>{object.name}</b> {object.label}
        </li>
      ))}
      {held.length > MOST_MEMBERS && <li>and {held.length - MOST_MEMBERS} more</li>}
    </ul>
  );
}

function PathButtons({ setKey }: { setKey: string }) {
  const { from, to } = view.value;
  return (
    <p class="actions">
      <button
        type="button"
        data-testid="path-from"
        aria-pressed={from === setKey}
        onClick={() => go({ from: setKey, to: to === setKey ? null : to })}
      >
        Path from here
      </button>
      <button
        type="button"
        data-testid="path-to"
        aria-pressed={to === setKey}
        disabled={from === null || from === setKey}
        title={from === null ? "First choose where the path starts" : ""}
        onClick={() => from !== null && connect(from, setKey)}
      >
        Path to here
      </button>
    </p>
  );
}

function Missing({ content }: { content: Neighborhood }) {
  if (content.missing.length === 0) return null;
  const shown = content.missing.slice(0, MOST_MISSING);
  const more = (content.missing_total ?? content.missing.length) - shown.length;
  return (
    <>
      <h3>Not stored</h3>
      <ul class="missing">
        {shown.map(({ move, training_set: set }) => (
          <li key={set.key} data-testid="missing-neighbor">
            <span>
              {move?.kind === "add" ? "+" : "−"}
              {move?.object}
            </span>{" "}
            {set.name}
          </li>
        ))}
      </ul>
      {more > 0 && <p class="hint">and {more} more that could be trained.</p>}
    </>
  );
}
