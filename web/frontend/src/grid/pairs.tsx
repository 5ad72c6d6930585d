/** Leave-one-out pairs: the set with the object beside the set without it, and what changed. */
import { computed } from "@preact/signals";
import { apiUrl, following } from "../api";
import type { PairPage } from "../api/types";
import { count } from "../scales";
import { pin, view } from "../state";
import { currentDetail } from "../state/answers";
import { Awaited, DeltaValue, ErrorNote } from "../ui";
import { CellBox } from "./cell";
import { cellColors, columnTitle, digitsOf } from "./utils";

const MOST_PAIRS = 200;

const pairs = following<PairPage>(
  computed(() => {
    const found = currentDetail.value;
    const { view: shown, without } = view.value;
    if (!found || shown !== "grid" || without === null) return null;
    return apiUrl(["lattices", found.summary.name, "pairs"], {
      object: without,
      limit: MOST_PAIRS,
    });
  }),
);

export function Pairs() {
  return (
    <Awaited resource={pairs.value} retry={pairs.retry} what="the pairs">
      {(content) => <PairTable page={content} />}
    </Awaited>
  );
}

function PairTable({ page }: { page: PairPage }) {
  if (page.items.length === 0) {
    return (
      <p>
        No stored training set has its neighbor without {page.object} stored too: there is nothing
        to compare.
      </p>
    );
  }
  const rows = page.items.flatMap((pair) => [
    { training_set: pair.with_object, cells: pair.cells_with },
    { training_set: pair.without_object, cells: pair.cells_without },
  ]);
  const colors = cellColors(page.measures, rows);
  const digits = digitsOf(rows);
  return (
    <>
      <div class="scroll">
        <table class="grid pairs" data-testid="grid-table">
          <thead>
            <tr>
              <th scope="col">trained on</th>
              {page.measures.map((measure) => (
                <th scope="col" key={measure.name} title={measure.name}>
                  {columnTitle(measure, page.measures)}
                </th>
              ))}
            </tr>
          </thead>
          {page.items.map((pair) => (
            <tbody key={pair.with_object.key} data-testid="pair-row">
              {(
                [
                  ["with", pair.with_object, pair.cells_with],
                  ["without", pair.without_object, pair.cells_without],
                ] as const
              ).map(([word, set, cells]) => (
                <tr key={word}>
                  <th scope="row">
                    <button
                      type="button"
                      class="link"
                      title={set.name}
                      onClick={() => pin(set.key)}
                    >
                      {set.name}
                    </button>{" "}
                    <small>
                      {word} {page.object}
                    </small>
                  </th>
                  {page.measures.map((measure, index) => (
                    <CellBox
                      key={measure.name}
                      cell={cells[index] ?? null}
                      title={`trained on ${set.name}, ${measure.name}`}
                      color={(value) => colors(index, value)}
                      digits={digits}
                    />
                  ))}
                </tr>
              ))}
              <tr class="change">
                <th scope="row">removing {page.object} changes</th>
                {page.measures.map((measure, index) => (
                  <td key={measure.name}>
                    <DeltaValue delta={pair.deltas[index]} testid="pair-delta" />
                  </td>
                ))}
              </tr>
            </tbody>
          ))}
        </table>
      </div>
      <ErrorNote deltas={page.items.flatMap((pair) => pair.deltas)} />
      <p class="hint">
        {count(page.items.length)} of {count(page.total)} pairs shown, the largest sets first. A
        change is the score without {page.object} minus the score with it. Brighter is better;
        colors span what is shown, per metric.
        {currentDetail.value?.notes.map((note) => ` Note: ${note}.`)}
      </p>
    </>
  );
}
