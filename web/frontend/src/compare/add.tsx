/** Sets join a comparison by any spelling; the pinned set and those visited lately are offered. */
import { useSignal } from "@preact/signals";
import { apiUrl, ask, Refusal } from "../api";
import type { SetPreview } from "../api/types";
import { labelOf } from "../sets/names";
import { MOST_IN_TRAY, toggleInTray, trail, view } from "../state";
import { Complaint } from "../ui";

const MOST_OFFERED = 4;

export function Add() {
  const text = useSignal("");
  const said = useSignal("");
  const refusal = useSignal<Refusal | null>(null);
  const { tray, set, lattice } = view.value;
  const full = tray.length >= MOST_IN_TRAY;
  const add = async (wanted: string) => {
    if (lattice === null || wanted.trim() === "") return;
    try {
      const url = apiUrl(["lattices", lattice, "resolve"], { set: wanted });
      const { training_set: found, stored } = await ask<SetPreview>(url);
      refusal.value = null;
      text.value = "";
      if (view.peek().tray.includes(found.key)) {
        said.value = `${found.name} is there already; a set does not differ from itself.`;
      } else if (!toggleInTray(found.key)) {
        said.value = `The tray holds ${MOST_IN_TRAY} sets: take one out first.`;
      } else {
        said.value = stored ? "" : `${found.name} is not stored: only its objects are compared.`;
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      said.value = "";
      refusal.value = error;
    }
  };
  const offered = [set, ...trail.value.toReversed()]
    .filter((key): key is string => (key?.startsWith("~") ?? false) && !tray.includes(key ?? ""))
    .filter((key, place, all) => all.indexOf(key) === place)
    .slice(0, MOST_OFFERED);
  return (
    <>
      <form
        class="add"
        onSubmit={(event) => {
          event.preventDefault();
          void add(text.value);
        }}
      >
        <label>
          <span class="hidden">Add a set</span>
          <input
            data-testid="compare-add"
            placeholder="Add a set: ABD, ^B, all, empty"
            autocomplete="off"
            spellcheck={false}
            disabled={full}
            value={text.value}
            onInput={(event) => {
              text.value = event.currentTarget.value;
            }}
          />
        </label>
        <button type="submit" disabled={full}>
          Add
        </button>
      </form>
      {!full &&
        offered.map((key) => (
          <button
            key={key}
            type="button"
            class="offer"
            data-testid="compare-offer"
            onClick={() => toggleInTray(key)}
          >
            + {labelOf(key, 18)}
            {key === set ? <small> pinned</small> : null}
          </button>
        ))}
      {full && <span class="hint">{MOST_IN_TRAY} sets: full.</span>}
      {said.value !== "" && (
        <span class="hint" role="status" data-testid="compare-said">
          {said.value}
        </span>
      )}
      {refusal.value && (
        <div class="whole">
          <Complaint refusal={refusal.value} choose={(suggestion) => void add(suggestion)} />
        </div>
      )}
    </>
  );
}
