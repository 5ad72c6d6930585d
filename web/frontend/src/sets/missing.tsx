/** Sets around this one that are not stored: cells that one could buy, to read and to copy. */
import { useSignal } from "@preact/signals";
import type { MissingNeighbor, Neighborhood } from "../api/types";
import { count } from "../scales";
import { view } from "../state";
import { Complaint } from "../ui";
import { labelOf, Objects } from "./names";
import { chosen, MOST_MISSING, missing, missingStart } from "./questions";

/** Pages end where what is read at once does. */
const PAGE = 25;

export function Missing() {
  const content = chosen.value.content;
  const { content: more, refusal, loading } = missing.value;
  if (refusal) return <Complaint refusal={refusal} retry={missing.retry} />;
  if (!content) return null;
  if (content.missing_total === 0) {
    return <p class="hint">None: every set {far(content.radius)} is stored.</p>;
  }
  const fits =
    !loading &&
    more?.training_set.key === content.training_set.key &&
    more.radius === content.radius;
  const listed = fits ? more.missing : missingStart.value === 0 ? content.missing : null;
  const late = fits ? more.notes.filter((note) => note.includes("had time")) : [];
  return (
    <>
      <List
        key={`${content.training_set.key} ${content.radius} ${content.moves.join()}`}
        listed={listed}
        of={content}
      />
      {late.map((note) => (
        <p key={note} class="hint">
          Note: {note}.
        </p>
      ))}
    </>
  );
}

function far(radius: number): string {
  return radius === 1 ? "one move away" : `up to ${radius} moves away`;
}

function List({ listed, of }: { listed: readonly MissingNeighbor[] | null; of: Neighborhood }) {
  const { missing_total: total, radius } = of;
  const page = useSignal(0);
  const start = missingStart.value;
  const first = page.value * PAGE;
  const shown = listed?.slice(first - start, first - start + PAGE) ?? [];
  const turn = (to: number) => {
    page.value = to;
    missingStart.value = to * PAGE - ((to * PAGE) % MOST_MISSING);
  };
  const isAll = listed !== null && listed.length === total;
  return (
    <>
      <p class="toolbar">
        <span class="hint" data-testid="missing-count">
          {total === null ? "More than 2^53" : count(total)} {far(radius)}.
        </span>
        {listed !== null && listed.length > 0 && (
          <Copy
            names={listed.map(({ training_set: set }) => set.name)}
            title={
              isAll ? "Copy as list" : `Copy ${count(start + 1)}–${count(start + listed.length)}`
            }
          />
        )}
      </p>
      <ul class="cells" data-testid="missing-list" aria-busy={listed === null}>
        {shown.map((each) => (
          <li key={each.training_set.key} title={each.training_set.name}>
            <b>{labelOf(each.training_set.key, 34)}</b>{" "}
            <Objects names={each.added} sign="+" none="" />{" "}
            <Objects names={each.removed} sign="−" none="" />
          </li>
        ))}
      </ul>
      {(total === null || total > PAGE) && (
        <p class="toolbar" data-testid="missing-pages">
          <button type="button" disabled={page.value === 0} onClick={() => turn(page.value - 1)}>
            Before
          </button>
          <span>
            {shown.length > 0
              ? `${count(first + 1)}–${count(first + shown.length)}`
              : listed === null
                ? "being read"
                : "none read"}{" "}
            of {total === null ? "more than 2^53" : count(total)}
          </span>
          <button
            type="button"
            disabled={(total !== null && first + PAGE >= total) || shown.length < PAGE}
            onClick={() => turn(page.value + 1)}
          >
            Next
          </button>
          {(total === null || start + MOST_MISSING < total) && (
            <button
              type="button"
              onClick={() => turn((start + MOST_MISSING) / PAGE)}
              disabled={listed === null || listed.length < MOST_MISSING}
            >
              Next {count(Math.min(MOST_MISSING, (total ?? Infinity) - start - MOST_MISSING))}
            </button>
          )}
        </p>
      )}
      {(total === null || total > MOST_MISSING) && <AllOfThem of={of} />}
    </>
  );
}

function Copy({ names, title }: { names: readonly string[]; title: string }) {
  const said = useSignal("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(names.join("\n"));
      said.value = `${count(names.length)} spellings copied, one a line.`;
    } catch {
      said.value = "The browser does not allow copying here.";
    }
  };
  return (
    <>
      <button type="button" data-testid="copy-missing" onClick={() => void copy()}>
        {title}
      </button>
      <span class="hint" role="status">
        {said.value}
      </span>
    </>
  );
}

/** An answer names a thousand: the others come in further answers. */
function AllOfThem({ of: { training_set: set, radius, moves } }: { of: Neighborhood }) {
  const options = [
    ...(radius > 1 ? [`--radius ${radius}`] : []),
    ...(moves.join() === "add,remove" ? [] : moves.map((each) => `--moves ${each}`)),
  ];
  return (
    <div class="hint" data-testid="missing-all">
      <p>
        They are read {count(MOST_MISSING)} at a time. The second {count(MOST_MISSING)} at once:
      </p>
      <pre class="carets">
        {[
          `lattice neighbors ${view.value.lattice} "${set.key}"`,
          ...options,
          `--json --limit ${MOST_MISSING} --missing-start ${MOST_MISSING}`,
        ].join(" ")}
      </pre>
    </div>
  );
}
