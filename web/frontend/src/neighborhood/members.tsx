/** The objects of the pinned set; of many, as many as were asked for, and a search. */
import { useSignal } from "@preact/signals";
import type { DataObject } from "../api/types";
import { count, number } from "../scales";
import { members } from "../sets/utils";
import { currentDetail } from "../state/answers";

const FEW = 12;
const PAGE = 100;

export function Members({ of: key }: { of: string }) {
  const objects = currentDetail.value?.objects ?? [];
  const held = members(objects, key);
  const text = useSignal("");
  const shown = useSignal(FEW);
  const isPlain = held.every((object) => describe(object) === "");
  if (held.length === 0 || (isPlain && held.length <= FEW)) return null;
  const wanted = text.value.trim().toLowerCase();
  const found = held.filter((object) =>
    [object.name, object.label, object.owner].some((each) => each?.toLowerCase().includes(wanted)),
  );
  const listed = found.slice(0, shown.value);
  const rest = found.length - listed.length;
  return (
    <details class="members-of" open={held.length <= FEW} key={key}>
      <summary>
        {count(held.length)} {held.length === 1 ? "object" : "objects"}
        {held.length < objects.length && `, without ${count(objects.length - held.length)}`}
      </summary>
      {held.length > FEW && (
        <input
          type="search"
          aria-label="Search its objects"
          placeholder="search its objects"
          data-testid="member-search"
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
      )}
      <ul class="members" data-testid="members">
        {listed.map((object) => (
          <li key={object.name}>
            <b>{object.name}</b> {describe(object)}
          </li>
        ))}
      </ul>
      {found.length === 0 && <p class="hint">None of its objects reads like that.</p>}
      {rest > 0 && (
        <button
          type="button"
          class="quiet"
          onClick={() => {
            shown.value += PAGE;
          }}
        >
          and {count(rest)} more
        </button>
      )}
    </details>
  );
}

/** What is known of an object besides its name. */
function describe({ label, owner, size, cost }: DataObject): string {
  return [
    label,
    owner === null ? null : `owner ${owner}`,
    size === null ? null : `size ${number(size)}`,
    cost === null ? null : `cost ${number(cost)}`,
  ]
    .filter(Boolean)
    .join(", ");
}
