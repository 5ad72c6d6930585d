/** Sets around this one that are not stored: cells that one could buy, to read and to copy. */
import { useSignal } from "@preact/signals";
import type { MissingNeighbor } from "../api/types";
import { count } from "../scales";
import { Complaint } from "../ui";
import { labelOf, Objects } from "./names";
import { chosen, missing } from "./questions";

const PAGE = 24;

export function Missing() {
  const content = chosen.value.content;
  const { content: more, refusal } = missing.value;
  if (refusal) return <Complaint refusal={refusal} retry={missing.retry} />;
  if (!content) return null;
  const fits = more?.training_set.key === content.training_set.key;
  const listed = fits && more.radius === content.radius ? more.missing : content.missing;
  if (content.missing_total === 0) {
    return <p class="hint">None: every set {far(content.radius)} is stored.</p>;
  }
  return <List listed={listed} total={content.missing_total} radius={content.radius} />;
}

function far(radius: number): string {
  return radius === 1 ? "one move away" : `up to ${radius} moves away`;
}

function List(props: { listed: readonly MissingNeighbor[]; total: number | null; radius: number }) {
  const { listed, total, radius } = props;
  const page = useSignal(0);
  const said = useSignal("");
  const pages = Math.max(1, Math.ceil(listed.length / PAGE));
  const current = Math.min(page.value, pages - 1);
  const copy = async () => {
    const text = listed.map(({ training_set: set }) => set.name).join("\n");
    try {
      await navigator.clipboard.writeText(text);
      said.value = `${count(listed.length)} spellings copied, one a line.`;
    } catch {
      said.value = "The browser does not allow copying here.";
    }
  };
  return (
    <>
      <p class="toolbar">
        <span class="hint">
          {total === null ? "More than 2^53" : count(total)} {far(radius)}
          {listed.length !== total ? `; the first ${count(listed.length)} are listed` : ""}.
        </span>
        <button type="button" data-testid="copy-missing" onClick={() => void copy()}>
          Copy as list
        </button>
        <span class="hint" role="status">
          {said.value}
        </span>
      </p>
      <ul class="cells" data-testid="missing-list">
        {listed.slice(current * PAGE, (current + 1) * PAGE).map((each) => (
          <li key={each.training_set.key} title={each.training_set.name}>
            <b>{labelOf(each.training_set.key, 34)}</b>{" "}
            <Objects names={each.added} sign="+" none="" />{" "}
            <Objects names={each.removed} sign="−" none="" />
          </li>
        ))}
      </ul>
      {pages > 1 && (
        <p class="toolbar">
          <button
            type="button"
            disabled={current === 0}
            onClick={() => {
              page.value = current - 1;
            }}
          >
            Before
          </button>
          <span>
            {count(current * PAGE + 1)}–{count(Math.min(listed.length, (current + 1) * PAGE))} of{" "}
            {count(listed.length)}
          </span>
          <button
            type="button"
            disabled={current === pages - 1}
            onClick={() => {
              page.value = current + 1;
            }}
          >
            Next
          </button>
        </p>
      )}
    </>
  );
}
