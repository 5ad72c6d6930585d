/** What one object more in the evaluation set changes for the same model. */
import type { ColumnMoves } from "../api/types";
import { DeltaBar, spanOf } from "../neighborhood/deltabar";
import { count, number } from "../scales";
import { Awaited, DeltaValue, ErrorNote } from "../ui";
import { Notes } from "./groups";
import { columns } from "./questions";

const MOST_NAMED = 12;

export function Columns() {
  return (
    <Awaited resource={columns.value} retry={columns.retry} what="the columns">
      {(content) => <Moves content={content} />}
    </Awaited>
  );
}

function Moves({ content }: { content: ColumnMoves }) {
  const { items, total, missing, missing_total: absent } = content;
  const size = (value: number | null) => Math.abs(value ?? 0);
  const order = [...items].sort((a, b) => size(b.delta.value) - size(a.delta.value));
  const span = spanOf(order.map(({ delta }) => delta));
  const named = missing.slice(0, MOST_NAMED);
  return (
    <>
      <ul class="rows" data-testid="column-moves">
        {order.map(
          ({ object, before, after, trained_on: seen, cell_before, cell_after, delta }) => (
            <li key={`${before} ${after}`}>
              <span class="what">
                {before} → {after}{" "}
                <small>
                  +{object}, {seen ? "trained on it" : "not trained on it"}
                </small>
              </span>
              <DeltaBar delta={delta} span={span} />
              <DeltaValue delta={delta} />
              <small class="where">
                {cell_before ? number(cell_before.mean) : "no score"} →{" "}
                {cell_after ? number(cell_after.mean) : "no score"}
              </small>
            </li>
          ),
        )}
      </ul>
      {items.length < total && (
        <p class="hint">
          The first {count(items.length)} of {count(total)} are shown;{" "}
          <code>lattice columns --limit --start</code> goes through all.
        </p>
      )}
      {named.length > 0 && (
        <p class="hint">
          Columns that are not there: {named.map(({ members }) => members.join("+")).join(", ")}
          {absent > named.length ? ` and ${count(absent - named.length)} more` : ""}.
        </p>
      )}
      <ErrorNote deltas={order.map(({ delta }) => delta)} />
      <Notes of={content.notes} />
    </>
  );
}
