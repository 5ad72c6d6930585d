/** The pinned set: its members and score, what each single move changes, and what to do with it. */
import { isUnreachable } from "../api";
import type { Neighborhood } from "../api/types";
import { Replicates } from "../replicates";
import { cellText, count, counted } from "../scales";
import { Broken, labelOf } from "../sets/names";
import { changeText } from "../sets/utils";
import { pin, view } from "../state";
import { currentDetail, measure, neighborhood } from "../state/answers";
import { Complaint, DeltaValue, Link, Waiting } from "../ui";
import { Actions } from "./actions";
import { Bars } from "./bars";
import { Members } from "./members";
import "./neighborhood.css";
import { around, besideBaseline } from "./questions";
import { Star } from "./star";
import { Trail } from "./trail";

const MOST_MISSING = 12;
const LONGEST_HEADING = 96;

export function FocusPanel() {
  const { content, loading, refusal: refused } = neighborhood.value;
  const { set } = view.value;
  // What was read stays while the server is away.
  const refusal = refused && !(content && isUnreachable(refused)) ? refused : null;
  return (
    <>
      <Trail />
      {refusal && set !== null && (
        <>
          <header>
            <h2>
              <Broken text={labelOf(set, LONGEST_HEADING)} />
            </h2>
            <button type="button" class="quiet" title="Unpin (Esc)" onClick={() => pin(null)}>
              Unpin
            </button>
          </header>
          {view.value.view !== "set" && <Complaint refusal={refusal} choose={pin} />}
        </>
      )}
      {content && !refusal && <Focus content={content} />}
      {!content && loading && !refusal && <Waiting what="the neighborhood" />}
    </>
  );
}

function Focus({ content }: { content: Neighborhood }) {
  const { training_set: set, cells, measures } = content;
  const [answered] = measures;
  const objects = currentDetail.value?.objects.length ?? 0;
  const onItsPage = view.value.view === "set";
  const isCurrent = around.value !== null && answered === measure.value?.name;
  return (
    <div class={`focused ${isCurrent ? "" : "stale"}`} aria-busy={!isCurrent}>
      <header>
        <h2 data-testid="focus-name" title={set.name}>
          <Broken text={labelOf(set.key, LONGEST_HEADING)} />
        </h2>
        <button type="button" class="quiet" title="Unpin (Esc)" onClick={() => pin(null)}>
          Unpin
        </button>
      </header>
      <p>
        {count(set.rank)} of {counted(objects, "object")}.{" "}
        {answered !== undefined && (
          <>
            {answered}: <strong>{cellText(cells[0])}</strong>.
          </>
        )}
      </p>
      {!onItsPage && cells[0] && <Replicates of={set.key} cell={cells[0]} />}
      <BesideBaseline of={set.key} />
      <Actions of={set.key} />
      <Members key={set.key} of={set.key} />
      {!onItsPage && <Moves content={content} />}
    </div>
  );
}

/** How the pinned set differs from the chosen baseline. */
function BesideBaseline({ of: key }: { of: string }) {
  const { baseline } = view.value;
  if (baseline === null || baseline === key) return null;
  const found = besideBaseline.value.content;
  const beside = found?.sets[0];
  if (!found || beside?.training_set.key !== key) return null;
  return (
    <p class="beside" data-testid="beside-baseline">
      <DeltaValue delta={beside.deltas[0]} /> beside the baseline{" "}
      <b title={found.baseline.training_set.name}>{found.baseline.training_set.name}</b>
      <small>{changeText(beside.added, beside.removed)}</small>
    </p>
  );
}

function Moves({ content }: { content: Neighborhood }) {
  const { neighbors, missing, total, next } = content;
  const stored = neighbors.length;
  return (
    <>
      <h3>One move away</h3>
      {stored === 0 && <p class="hint">No stored set is one move away.</p>}
      {measure.value && stored > 0 && (
        <Star
          center={content.training_set}
          neighbors={neighbors}
          missing={missing}
          whole={next === null}
          allMissing={missing.length === content.missing_total}
          slot={24}
          row={56}
        />
      )}
      <Bars neighbors={neighbors} />
      {next !== null && (
        <p class="hint">
          The best {count(stored)} of {count(total)} stored ones.{" "}
          <Link to={{ ...view.value, view: "set" }}>See all on the set's page</Link>
        </p>
      )}
      <Missing content={content} />
    </>
  );
}

function Missing({ content }: { content: Neighborhood }) {
  if (content.missing.length === 0) return null;
  const shown = content.missing.slice(0, MOST_MISSING);
  const more =
    content.missing_total === null ? "more than 2^53" : content.missing_total - shown.length;
  return (
    <>
      <h3>Not stored</h3>
      <ul class="missing">
        {shown.map(({ added, removed, training_set: set }) => (
          <li key={set.key} data-testid="missing-neighbor" title={set.name}>
            <span>{changeText(added, removed)}</span> {set.name}
          </li>
        ))}
      </ul>
      {more !== 0 && (
        <p class="hint">
          and {typeof more === "number" ? count(more) : more} more that could be trained.{" "}
          <Link to={{ ...view.value, view: "set", open: "missing" }}>List them</Link>
        </p>
      )}
    </>
  );
}
