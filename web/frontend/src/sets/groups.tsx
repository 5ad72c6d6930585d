/** What the set loses without each object, each owner's objects, or groups that one names. */
import { useSignal } from "@preact/signals";
import type { GroupValues } from "../api/types";
import { DeltaBar, spanOf } from "../neighborhood/deltabar";
import { count } from "../scales";
import { go, view } from "../state";
import { measure } from "../state/answers";
import { withOption } from "../state/url";
import { Awaited, DeltaValue, ErrorNote } from "../ui";
import { Objects, SetName } from "./names";
import { groups, hasOwners, leavingOut } from "./questions";
import { clipped } from "./utils";

export function Groups({ of: name }: { of: string }) {
  return (
    <>
      <Choice of={name} />
      <Awaited resource={groups.value} retry={groups.retry} what="what is lost">
        {(content) => <Values content={content} />}
      </Awaited>
    </>
  );
}

function Choice({ of: name }: { of: string }) {
  const text = useSignal("");
  const { groups: named, options } = view.value;
  return (
    <form
      class="toolbar"
      onSubmit={(event) => {
        event.preventDefault();
        const group = text.value.trim();
        if (group !== "" && !named.includes(group)) go({ groups: [...named, group] });
        text.value = "";
      }}
    >
      {hasOwners.value && (
        <label>
          Leave out each{" "}
          <select
            value={leavingOut.value}
            onChange={(event) =>
              go({ groups: [], options: withOption(options, "by", event.currentTarget.value) })
            }
          >
            <option value="object">object</option>
            <option value="owner">owner's objects</option>
          </select>
        </label>
      )}
      <label class="grows">
        <span class="hidden">A group to leave out of {name}</span>
        <input
          placeholder="a group to leave out together, as AB or books+science"
          data-testid="group-input"
          autocomplete="off"
          spellcheck={false}
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
      </label>
      <button type="submit">Add</button>
      {named.map((group) => (
        <button
          key={group}
          type="button"
          class="chip"
          aria-label={`Do not leave out ${group}`}
          onClick={() => go({ groups: named.filter((each) => each !== group) })}
        >
          {clipped(group, 30)} ×
        </button>
      ))}
    </form>
  );
}

function Values({ content }: { content: GroupValues }) {
  const { items, total } = content;
  const gain = (value: number | null | undefined) => value ?? Number.NEGATIVE_INFINITY;
  const sign = measure.value?.metric.direction === "lower" ? -1 : 1;
  const order = items
    .map((item) => ({ item, value: item.values[0] }))
    .sort((a, b) => (gain(b.value?.value) - gain(a.value?.value)) * sign || 0);
  const span = spanOf(order.map(({ value }) => value));
  return (
    <>
      <ul class="rows" data-testid="group-values">
        {order.map(({ item, value }) => (
          <li key={item.group}>
            <span class="what">
              {item.removed.length > 1 && item.group !== item.removed.join("") ? (
                <>
                  {item.group}: <Objects names={item.removed} />
                </>
              ) : (
                <b>{item.group}</b>
              )}
            </span>
            <DeltaBar delta={value} span={span} />
            <DeltaValue delta={value} testid="group-value" />
            <span class="where">
              {item.without.stored ? (
                <SetName of={item.without.training_set.key} longest={18} />
              ) : (
                <small>{clipped(item.without.training_set.name, 24)} is not stored</small>
              )}
            </span>
          </li>
        ))}
      </ul>
      {items.length < total && (
        <p class="hint">
          {count(items.length)} of {count(total)} are shown; name groups to see others.
        </p>
      )}
      <p class="hint">
        The score of the set minus its score without the group: the opposite of the change that
        removing it makes.
      </p>
      <ErrorNote deltas={order.map(({ value }) => value)} />
      <Notes of={content.notes} />
    </>
  );
}

export function Notes({ of: notes }: { of: readonly string[] }) {
  return (
    <>
      {notes.map((note) => (
        <p key={note} class="hint">
          Note: {note}.
        </p>
      ))}
    </>
  );
}
