/** All rows of a question, asked page by page. */
import { ask, hasChanged } from "../api";
import { view } from "../state";
import type { Task } from "./types";

/** Most rows that the API gives at once. */
export const LARGEST_PAGE = 1_000;

interface PageOf<Row> {
  readonly items: readonly Row[];
  readonly total: number;
}

/**
 * The answers, page after page. `urlOf` gives the question from a row on, `read` how many rows an
 * answer has and how many there are in all. A lattice that changes in between is an error.
 */
export async function everyPage<Page>(
  urlOf: (cursor: number) => string | null,
  read: (page: Page) => { rows: number; total: number },
  { abort, tell }: Task,
  request: (url: string, abort: AbortSignal) => Promise<Page> = ask,
): Promise<Page[]> {
  const lattice = view.peek().lattice ?? "";
  const changedBefore = hasChanged(lattice);
  const pages: Page[] = [];
  let done = 0;
  let total = 1;
  while (done < total) {
    const url = urlOf(done);
    if (url === null) throw new Error("No lattice is open.");
    const page = await request(url, abort);
    const found = read(page);
    if ((done > 0 && found.total !== total) || hasChanged(lattice) !== changedBefore) {
      throw new Error("The lattice has changed meanwhile. Reload, and export it again.");
    }
    pages.push(page);
    total = found.total;
    done += found.rows;
    tell(done, total);
    if (found.rows === 0) break;
  }
  return pages;
}

/** The same of answers that list items, each made into what is kept of it as soon as it is read. */
export async function everyItem<Row, Kept>(
  urlOf: (cursor: number) => string | null,
  keep: (row: Row, page: PageOf<Row>) => Kept,
  task: Task,
): Promise<Kept[]> {
  const kept: Kept[] = [];
  await everyPage<PageOf<Row>>(
    urlOf,
    (page) => {
      for (const row of page.items) kept.push(keep(row, page));
      return { rows: page.items.length, total: page.total };
    },
    task,
  );
  return kept;
}
