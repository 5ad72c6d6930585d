/** The tray's sets as they can be compared: read, each once, the baseline first, with scores. */
import { computed, effect, signal } from "@preact/signals";
import { apiUrl, ask, following, isUnreachable, Refusal, serverGone } from "../api";
import type { Comparison, Corner, SetDetail, SetPreview } from "../api/types";
import { isKeyOf } from "../sets/utils";
import { go, view } from "../state";
import { currentDetail, latticeUrl, measure } from "../state/answers";
import { type Entry, entriesOf } from "./utils";

// ---------------------------------------------------------------- reading the entries

/** What the API made of entries that are no keys of this lattice, by lattice and text. */
const readings = signal<ReadonlyMap<string, string | Refusal | null>>(new Map());

/** What was asked already, so that it is asked once. */
const asked = new Set<string>();

function readingOf(text: string): string | Refusal | null {
  const found = currentDetail.value;
  if (!found) return null;
  if (isKeyOf(found.objects, text)) return text;
  return readings.value.get(`${found.summary.name}\n${text}`) ?? null;
}

/** Each entry of the tray with its key, or why it has none. */
export const entries = computed<readonly Entry[]>(() => entriesOf(view.value.tray, readingOf));

/** Keys of the sets that can be compared, the baseline first. */
export const comparable = computed<readonly string[]>(() => {
  const keys = entries.value.flatMap(({ key, problem }) => (key && !problem ? [key] : []));
  const { baseline } = view.value;
  return baseline !== null && keys.includes(baseline)
    ? [baseline, ...keys.filter((key) => key !== baseline)]
    : keys;
});

/** Spellings in old links are read once; those that have a key are replaced by it. */
effect(() => {
  const lattice = currentDetail.value?.summary.name;
  const { tray, baseline } = view.value;
  if (!lattice || lattice !== view.value.lattice || serverGone.value) return;
  for (const text of new Set([...tray, ...(baseline === null ? [] : [baseline])])) {
    if (readingOf(text) === null) void read(lattice, text);
  }
  const better = tray.map((text) => keyFor(text) ?? text);
  const base = baseline === null ? null : (keyFor(baseline) ?? baseline);
  if (better.join("\n") !== tray.join("\n") || base !== baseline) {
    go({ tray: better, baseline: base }, "replace");
  }
});

function keyFor(text: string): string | null {
  const found = readingOf(text);
  return typeof found === "string" ? found : null;
}

async function read(lattice: string, text: string): Promise<void> {
  const name = `${lattice}\n${text}`;
  if (asked.has(name)) return;
  asked.add(name);
  const note = (found: string | Refusal) => {
    readings.value = new Map(readings.peek()).set(name, found);
  };
  try {
    const url = apiUrl(["lattices", lattice, "resolve"], { set: text });
    note((await ask<SetPreview>(url)).training_set.key);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (isUnreachable(error)) asked.delete(name);
    else note(error);
  }
}

// ---------------------------------------------------------------- scores

/** On the page of comparisons under every measure, elsewhere under the chosen one. */
const wanted = computed(() =>
  view.value.view === "compare" ? null : (measure.value?.name ?? null),
);

export const comparison = following<Comparison>(
  computed(() =>
    comparable.value.length < 2
      ? null
      : latticeUrl(["compare"], { sets: comparable.value, measure: wanted.value }),
  ),
);

const single = following<SetDetail>(
  computed(() => {
    const [only, ...others] = comparable.value;
    return only === undefined || others.length > 0 ? null : latticeUrl(["sets", only]);
  }),
);

/** Every set of the tray with its cells, as far as they are known. */
export const corners = computed<ReadonlyMap<string, Corner>>(() => {
  const found = comparison.value.content;
  const only = single.value.content;
  const all: Corner[] = found ? [found.baseline, ...found.sets] : [];
  if (only && comparable.value.length === 1) all.push({ ...only, stored: true });
  return new Map(all.map((each) => [each.training_set.key, each]));
});

/** Which of a set's cells in `corners` is that of the chosen measure. */
export const place = computed(() => {
  const measures =
    comparable.value.length === 1
      ? single.value.content?.measures
      : comparison.value.content?.measures;
  return measures?.indexOf(measure.value?.name ?? "") ?? -1;
});

/** Whether the only set of the tray is known not to be stored. */
export const isAbsent = computed(
  () => single.value.refusal?.problem.type.endsWith("set-not-stored") ?? false,
);
