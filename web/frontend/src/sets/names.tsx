/** Sets and objects as one meets them in text: a set to click, objects as chips. */
import { useSignal } from "@preact/signals";
import { Fragment } from "preact";
import { count } from "../scales";
import { hovered, pin, view } from "../state";
import { currentDetail, nameOf } from "../state/answers";
import "./names.css";
import { shortName } from "./utils";

const LONGEST = 26;
const FIRST_CHIPS = 8;
const MORE_CHIPS = 200;

/** The label of a set of the chosen lattice. */
export function labelOf(key: string, longest = LONGEST): string {
  return shortName(currentDetail.value?.objects ?? [], key, longest);
}

/** A set by its name: pointing at it shows it, clicking pins it. */
export function SetName(props: { of: string; longest?: number; testid?: string }) {
  const { of: key, longest, testid } = props;
  return (
    <button
      type="button"
      class="link set-name"
      title={nameOf(key)}
      data-testid={testid}
      aria-current={view.value.set === key ? "true" : undefined}
      onClick={() => pin(key)}
      {...pointing(key)}
    >
      <Broken text={labelOf(key, longest)} />
    </button>
  );
}

/** A name of a set or a measure that may break between its parts rather than within them. */
export function Broken({ text }: { text: string }) {
  return (
    <>
      {text.split(/(?<=[+/@_])/).map((part, place) => (
        <Fragment key={`${place} ${part}`}>
          {place > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </>
  );
}

/** What pointing at something does that stands for a set; by keyboard, too. */
export function pointing(key: string) {
  const show = () => {
    hovered.value = key;
  };
  const leave = () => {
    if (hovered.peek() === key) hovered.value = null;
  };
  return { onPointerEnter: show, onPointerLeave: leave, onFocus: show, onBlur: leave };
}

/** Names of objects as chips; a long list says how many more there are, and shows them. */
export function Objects(props: { names: readonly string[]; sign?: "+" | "−" | ""; none?: string }) {
  const { names, sign = "", none = "nothing" } = props;
  const shown = useSignal(FIRST_CHIPS);
  if (names.length === 0) return <span class="hint">{none}</span>;
  const more = names.length - shown.value;
  const kind = sign === "+" ? "add" : sign === "−" ? "remove" : "";
  return (
    <span class="object-chips">
      {names.slice(0, shown.value).map((name) => (
        <span key={name} class={`object-chip ${kind}`} title={name}>
          {sign}
          {name}
        </span>
      ))}
      {more > 0 && (
        <button
          type="button"
          class="link more"
          onClick={() => {
            shown.value += MORE_CHIPS;
          }}
        >
          and {count(more)} more
        </button>
      )}
      {names.length > FIRST_CHIPS && more <= 0 && (
        <button
          type="button"
          class="link more"
          onClick={() => {
            shown.value = FIRST_CHIPS;
          }}
        >
          fewer
        </button>
      )}
    </span>
  );
}
