/** Rows of a long list, read by pages where they are looked at; what is passed over is cancelled. */
import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { ask, type Following, following, Refusal } from "../api";
import type { RowPage } from "./types";
import { pagesBetween, withParameter } from "./utils";

const SETTLE = 40;
const MOST_KEPT = 200;

/** A question whose rows come by pages. */
export interface PagedQuestion {
  /** The first page; it may say more than the others. */
  readonly head: string;
  /** The other pages, without their cursor. */
  readonly more: string;
  /** Rows on a page. */
  readonly size: number;
}

export interface Pages<Row, Page extends RowPage<Row>> {
  readonly head: Following<Page>;
  /** Row `at`, or null while it is read. */
  readonly row: (at: number) => Row | null;
  /** All rows that were read, in order, with their places. */
  readonly known: () => readonly (readonly [number, Row])[];
  /** Rows `first` to `last` are looked at. */
  readonly want: (first: number, last: number) => void;
  readonly refusal: ReadonlySignal<Refusal | null>;
  readonly retry: () => void;
}

interface Loaded<Row> {
  readonly question: PagedQuestion;
  readonly pages: ReadonlyMap<number, readonly Row[]>;
}

/** `prepare` gives the rows of a page in the form in which they are shown. */
export function pagesOf<Row, Page extends RowPage<Row>>(
  question: ReadonlySignal<PagedQuestion | null>,
  prepare: (page: Page) => readonly Row[] = (page) => page.items,
): Pages<Row, Page> {
  const head = following<Page>(computed(() => question.value?.head ?? null));
  const loaded = signal<Loaded<Row> | null>(null);
  const refusal = signal<Refusal | null>(null);
  const asked = new Map<number, AbortController>();
  let wanted: readonly [number, number] = [0, 0];
  let timer: ReturnType<typeof setTimeout> | undefined;

  effect(() => {
    const { content, loading } = head.value;
    if (loading) return;
    for (const abort of asked.values()) abort.abort();
    asked.clear();
    refusal.value = null;
    const now = question.peek();
    loaded.value =
      content && now ? { question: now, pages: new Map([[0, prepare(content)]]) } : null;
    if (loaded.peek()) want(...wanted);
  });

  function want(first: number, last: number): void {
    wanted = [first, last];
    timer ??= setTimeout(load, SETTLE);
  }

  function load(): void {
    clearTimeout(timer);
    timer = undefined;
    const now = loaded.peek();
    if (!now || head.peek().loading) return;
    const total = head.peek().content?.total ?? 0;
    const needed = pagesBetween(wanted[0], Math.min(wanted[1], total - 1), now.question.size);
    for (const [page, abort] of asked) {
      if (needed.includes(page)) continue;
      abort.abort();
      asked.delete(page);
    }
    for (const page of needed) if (!now.pages.has(page) && !asked.has(page)) void read(page, now);
  }

  async function read(page: number, { question: now }: Loaded<Row>): Promise<void> {
    const abort = new AbortController();
    asked.set(page, abort);
    try {
      const url = withParameter(now.more, "cursor", page * now.size);
      const found = await ask<Page>(url, abort.signal);
      if (abort.signal.aborted) return;
      const before = loaded.peek();
      if (before) loaded.value = { question: now, pages: kept(before.pages, page, prepare(found)) };
      refusal.value = null;
    } catch (error) {
      if (abort.signal.aborted) return;
      if (!(error instanceof Refusal)) throw error;
      refusal.value = error;
    } finally {
      if (asked.get(page) === abort) asked.delete(page);
    }
  }

  /** The pages with a new one; the ones farthest from it are forgotten. */
  function kept(
    pages: ReadonlyMap<number, readonly Row[]>,
    page: number,
    rows: readonly Row[],
  ): ReadonlyMap<number, readonly Row[]> {
    const all = [...pages, [page, rows] as const];
    if (all.length > MOST_KEPT) {
      all.sort(([one], [other]) => Math.abs(one - page) - Math.abs(other - page));
      all.length = MOST_KEPT;
    }
    return new Map(all);
  }

  return {
    head,
    row: (at) => {
      const now = loaded.value;
      if (!now) return null;
      const { size } = now.question;
      return now.pages.get(Math.floor(at / size))?.[at % size] ?? null;
    },
    known: () => {
      const now = loaded.peek();
      if (!now) return [];
      return [...now.pages]
        .sort(([one], [other]) => one - other)
        .flatMap(([page, rows]) =>
          rows.map((row, at) => [page * now.question.size + at, row] as const),
        );
    },
    want,
    refusal,
    retry: () => {
      refusal.value = null;
      load();
    },
  };
}
