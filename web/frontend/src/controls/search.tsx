/** The search box: sets in every spelling, objects, measures, and predicates that become chips. */
import { useSignal } from "@preact/signals";
import { type ComponentChildren, Fragment } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { apiUrl, ask, Refusal } from "../api";
import type { SetPreview } from "../api/types";
import { searchWanted } from "../app/wishes";
import { addFilter, go, pin, view } from "../state";
import { currentDetail, measure } from "../state/answers";
import { quoted } from "../subsets";
import { Complaint, Reason } from "../ui";
import { narrow } from "../ui/fold";
import { countUrl } from "./answer";
import { asked, type Found } from "./asking";
import { readsAsPredicate } from "./predicates";
import { measureSuggestions, objectSuggestions, type Suggestion } from "./suggest";

const PAUSE = 140;
const NOTHING: Found = { items: [], refusal: null };

export function SetSearch() {
  const text = useSignal("");
  const open = useSignal(false);
  const active = useSignal(-1);
  const found = useSignal<Found>(NOTHING);
  const waiting = useSignal(false);
  const refusal = useSignal<Refusal | null>(null);
  const refused = useRef("");
  const input = useRef<HTMLInputElement>(null);

  const { items, more } = offered(text.value, found.value.items);
  // While it is written, a text that means nothing yet is told so beside the box, not below it.
  const soFar = items.length === 0 && !waiting.value ? found.value.refusal : null;

  useEffect(() => {
    const lattice = view.peek().lattice;
    const wanted = text.value.trim();
    found.value = NOTHING;
    active.value = -1;
    if (lattice === null || wanted === "" || !open.value) return undefined;
    const abort = new AbortController();
    waiting.value = true;
    const timer = setTimeout(() => {
      asked(lattice, wanted, measure.peek()?.name ?? null, abort.signal)
        .then((answer) => {
          found.value = answer;
          waiting.value = false;
        })
        .catch((error: unknown) => {
          if (!abort.signal.aborted) throw error;
        });
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      abort.abort();
      waiting.value = false;
    };
  }, [text.value, open.value, view.value.lattice, text, found, active, waiting, open]);
  useEffect(() => {
    if (!searchWanted.value) return;
    searchWanted.value = false;
    input.current?.focus();
  }, [searchWanted.value]);
  // What was refused was another text.
  useEffect(() => {
    if (text.value !== refused.current) refusal.value = null;
  }, [text.value, text, refusal]);

  const take = ({ does }: Suggestion) => {
    if (does.kind === "write") {
      text.value = does.text;
      input.current?.focus();
      return;
    }
    text.value = "";
    open.value = false;
    if (does.kind === "pin") pin(does.set);
    else if (does.kind === "filter") addFilter(does.predicate);
    else go({ measure: does.name });
  };
  const submit = async () => {
    const chosen = items[active.value];
    if (chosen) return take(chosen);
    const outcome = await meant(text.value.trim());
    if (outcome instanceof Refusal) {
      open.value = false;
      refused.current = text.value;
      refusal.value = outcome;
    } else if (outcome) take(outcome);
    return undefined;
  };
  const move = (by: number) => {
    const places = items.length + 1; // one of them is the text itself
    open.value = true;
    active.value = ((active.value + 1 + by + places) % places) - 1;
  };
  const keys: Record<string, () => void> = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Escape: () => {
      if (open.value && items.length > 0) open.value = false;
      else if (text.value !== "") text.value = "";
      else input.current?.blur();
    },
  };
  const typed = open.value && text.value.trim() !== "";
  const shown = typed && items.length > 0;

  return (
    <search class="search">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label for="set-search">Search</label>
        <input
          ref={input}
          id="set-search"
          data-testid="set-search"
          type="search"
          // biome-ignore lint/a11y/noRedundantRoles: without a datalist it would be a searchbox
          role="combobox"
          list={undefined}
          aria-expanded={shown}
          aria-controls="search-list"
          aria-autocomplete="list"
          aria-keyshortcuts="/"
          {...(shown && items[active.value]
            ? { "aria-activedescendant": optionId(active.value) }
            : {})}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          placeholder="name, or rank >= 3"
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
            open.value = true;
          }}
          onFocus={(event) => {
            open.value = true;
            // The list needs the room below, which on phones the keyboard takes.
            if (narrow.peek()) event.currentTarget.form?.scrollIntoView({ block: "start" });
          }}
          onBlur={() => {
            open.value = false;
          }}
          onKeyDown={(event) => {
            const work = event.isComposing ? undefined : keys[event.key];
            if (!work) return;
            event.preventDefault();
            work();
          }}
        />
      </form>
      {shown && (
        <Floating input={input}>
          <Options items={items} more={more} active={active.value} take={take} />
        </Floating>
      )}
      {typed && soFar && !refusal.value && (
        <Floating input={input}>
          <Reason refusal={soFar} />
        </Floating>
      )}
      <p class="hidden" aria-live="polite">
        {shown && !waiting.value ? `${items.length} suggestions` : ""}
      </p>
      {refusal.value && (
        <Complaint
          refusal={refusal.value}
          // Of a predicate only one name is wrong; it is pointed at, and not replaced.
          {...(readsAsPredicate(text.value)
            ? {}
            : {
                choose: (suggestion: string) => {
                  text.value = suggestion;
                  open.value = true;
                  input.current?.focus();
                },
              })}
        />
      )}
    </search>
  );
}

/** All suggestions for a text: those that were asked for, then what is known without asking. */
function offered(text: string, asked: readonly Suggestion[]) {
  if (text.trim() === "" || readsAsPredicate(text)) return { items: asked, more: "" };
  const objects = objectSuggestions(currentDetail.value?.objects ?? [], text, quoted);
  const measures = measureSuggestions(
    currentDetail.value?.measures ?? [],
    text,
    measure.value?.name ?? null,
  );
  const more = [
    objects.more > 0 ? `${objects.more} more objects` : "",
    measures.more > 0 ? `${measures.more} more measures` : "",
  ];
  return {
    items: [...asked, ...objects.items, ...measures.items],
    more: more.filter(Boolean).join(", "),
  };
}

/** What Enter means when nothing is chosen from the list. */
async function meant(text: string): Promise<Suggestion | Refusal | null> {
  const lattice = view.peek().lattice;
  if (lattice === null || text === "") return null;
  const base = { key: "", group: "Filter", title: "", note: "" } as const;
  try {
    if (readsAsPredicate(text)) {
      await ask(countUrl(lattice, text));
      return { ...base, does: { kind: "filter", predicate: text } };
    }
    const { training_set: set } = await ask<SetPreview>(
      apiUrl(["lattices", lattice, "resolve"], { set: text }),
    );
    return { ...base, does: { kind: "pin", set: set.key } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const near = measureSuggestions(currentDetail.peek()?.measures ?? [], text, null).items;
    const objects = objectSuggestions(currentDetail.peek()?.objects ?? [], text, quoted).items;
    const only = [...objects, ...near];
    return only.length === 1 ? (only[0] ?? error) : error;
  }
}

function optionId(index: number): string {
  return `search-option-${index}`;
}

/** Under the input, above the page: the panel scrolls and would cut it off. */
function Floating(props: {
  input: { readonly current: HTMLInputElement | null };
  children: ComponentChildren;
}) {
  const { input, children } = props;
  const holder = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const place = () => {
      const box = input.current?.getBoundingClientRect();
      if (!box || !holder.current) return;
      const { style } = holder.current;
      style.top = `${box.bottom + 4}px`;
      style.left = `${box.left}px`;
      style.minWidth = `${box.width}px`;
      style.maxHeight = `${Math.max(160, innerHeight - box.bottom - 16)}px`;
    };
    place();
    addEventListener("scroll", place, true);
    return () => removeEventListener("scroll", place, true);
  }, [input]);
  return (
    <div class="suggestions" ref={holder}>
      {children}
    </div>
  );
}

function Options(props: {
  items: readonly Suggestion[];
  more: string;
  active: number;
  take: (chosen: Suggestion) => void;
}) {
  const { items, more, active, take } = props;
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  });
  return (
    <>
      <div id="search-list" role="listbox" aria-label="Suggestions" ref={list}>
        {items.map((item, index) => (
          <Fragment key={item.key}>
            {item.group !== items[index - 1]?.group && (
              <div class="group" role="presentation">
                {item.group}
              </div>
            )}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the input */}
            {/* biome-ignore lint/a11y/useFocusableInteractive: focus stays in the input */}
            <div
              id={optionId(index)}
              role="option"
              class="option"
              data-testid="suggestion"
              aria-selected={index === active}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => take(item)}
            >
              <b>{item.title}</b> <small>{item.note}</small>
            </div>
          </Fragment>
        ))}
      </div>
      {more && <p class="hint">{more}: write more of the name.</p>}
    </>
  );
}
