/** A text field with suggestions below it, chosen by pointer or by keys. */
import { useSignal } from "@preact/signals";
import { useEffect, useId } from "preact/hooks";

export interface SuggestProps {
  readonly label: string;
  /** What is chosen now; the field follows it. */
  readonly value: string;
  readonly placeholder?: string;
  readonly suggestionsFor: (text: string) => readonly string[];
  readonly onChoose: (text: string) => void;
  readonly testid: string;
  readonly invalid?: boolean;
  /** Whether leaving the field chooses what is typed. */
  readonly choosesOnLeave?: boolean;
  /** Whether the field is empty again after a choice. */
  readonly clears?: boolean;
}

export function Suggest(props: SuggestProps) {
  const { label, value, onChoose, suggestionsFor, testid } = props;
  const text = useSignal(value);
  const open = useSignal(false);
  const active = useSignal(-1);
  const id = useId();
  useEffect(() => {
    text.value = value;
  }, [value, text]);
  const all = () => suggestionsFor(text.value === value ? "" : text.value);
  const found = open.value ? all() : [];
  const choose = (chosen: string) => {
    open.value = false;
    active.value = -1;
    text.value = props.clears ? "" : chosen;
    onChoose(chosen);
  };
  const walk = (direction: 1 | -1) => {
    const last = (open.value ? found : all()).length - 1;
    open.value = true;
    const next = active.value + direction;
    active.value = next > last ? -1 : next < -1 ? last : next;
  };
  return (
    <div class="suggest">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        data-testid={testid}
        placeholder={props.placeholder ?? ""}
        aria-expanded={found.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={active.value >= 0 ? `${id}-${active.value}` : ""}
        aria-invalid={props.invalid === true}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          open.value = true;
          active.value = -1;
        }}
        onFocus={(event) => event.currentTarget.select()}
        onClick={() => {
          open.value = true;
        }}
        onBlur={() => {
          open.value = false;
          if (props.choosesOnLeave && text.value !== value) choose(text.value);
        }}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") walk(1);
          else if (event.key === "ArrowUp") walk(-1);
          else if (event.key === "Enter") choose(found[active.value] ?? text.value);
          else if (event.key === "Escape" && open.value) open.value = false;
          else return;
          event.preventDefault();
        }}
      />
      {found.length > 0 && (
        <div id={`${id}-list`} class="list" role="listbox" aria-label={label}>
          {found.map((each, place) => (
            <div
              key={each}
              id={`${id}-${place}`}
              role="option"
              tabIndex={-1}
              aria-selected={place === active.value}
              // The field would lose the focus, and with it this list, before a click.
              onPointerDown={(event) => {
                event.preventDefault();
                choose(each);
              }}
            >
              {each}
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
