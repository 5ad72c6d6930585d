/** Where a path starts and ends: sets in any spelling, read as the API reads them. */
import { useSignal } from "@preact/signals";
import { apiUrl, ask, Refusal } from "../api";
import type { SetPreview } from "../api/types";
import { go, trail, view } from "../state";
import { nameOf, objectNames } from "../state/answers";
import { Complaint } from "../ui";
import { Suggest } from "./suggest";
import { completions } from "./utils";

type End = "from" | "to";

const WORDS: Readonly<Record<string, readonly [from: string, to: string]>> = {
  path: ["From", "To"],
  tradeoffs: ["From", "To"],
  longest: ["From", "To"],
  withdraw: ["Out of", "Until left"],
  acquire: ["Into", "Until reached"],
};
const EMPTY: Readonly<Record<string, readonly [from: string, to: string]>> = {
  path: ["a set, as ABD or ^B", "another set"],
  tradeoffs: ["a set, as ABD or ^B", "another set"],
  longest: ["anywhere", "anywhere"],
  withdraw: ["all", "nobody"],
  acquire: ["empty", "everybody"],
};

export function Ends({ refused }: { refused: string | null }) {
  const { mode, from, to } = view.value;
  const [fromWord, toWord] = WORDS[mode] ?? ["From", "To"];
  return (
    <div class="ends">
      <EndField end="from" label={fromWord} invalid={refused === "from"} />
      <button
        type="button"
        class="quiet swap"
        data-testid="paths-swap"
        aria-label="Swap the ends"
        title="Swap the ends"
        disabled={from === null && to === null}
        onClick={() => go({ from: to, to: from })}
      >
        ⇄
      </button>
      <EndField end="to" label={toWord} invalid={refused === "to"} />
    </div>
  );
}

function EndField({ end, label, invalid }: { end: End; label: string; invalid: boolean }) {
  const refusal = useSignal<Refusal | null>(null);
  const { mode, tray, set } = view.value;
  const known = [...new Set([...(set ? [set] : []), ...tray, ...trail.value.toReversed()])];
  const names = [...known.map(nameOf), "empty", "all"];
  const read = async (text: string) => {
    const { lattice } = view.peek();
    refusal.value = null;
    if (lattice === null) return;
    if (text.trim() === "") {
      go({ [end]: null });
      return;
    }
    try {
      const found = await ask<SetPreview>(
        apiUrl(["lattices", lattice, "resolve"], { set: text.trim() }),
      );
      go({ [end]: found.training_set.key });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusal.value = error;
    }
  };
  const said = view.value[end];
  return (
    <div class="end">
      <Suggest
        label={label}
        testid={`paths-${end}`}
        value={said === null ? "" : nameOf(said)}
        placeholder={EMPTY[mode]?.[end === "from" ? 0 : 1] ?? ""}
        invalid={invalid || refusal.value !== null}
        choosesOnLeave
        suggestionsFor={(text) => completions(text, names, objectNames.value)}
        onChoose={(text) => void read(text)}
      />
      {refusal.value && (
        <Complaint refusal={refusal.value} choose={(suggestion) => void read(suggestion)} />
      )}
    </div>
  );
}
