/** The chip that was made last: what it holds, into the tray where it is small, and undo. */
import { count } from "../../scales";
import { go, MOST_IN_TRAY, removeFilter, view } from "../../state";
import { drawsDensity, histogram, matches, sets } from "../../state/answers";
import { lastSelection, type Selection } from "../tool";

export function Selected() {
  const last = lastSelection.value;
  if (!last || !view.value.filters.includes(last.predicate)) return null;
  const found = matches.value;
  const settled = drawsDensity.value ? !histogram.value.loading : true;
  const keys = drawsDensity.value ? null : (sets.value?.columns.keys ?? null);
  const { tray } = view.value;
  const added = (keys ?? []).filter((key) => !tray.includes(key));
  const few = found !== null && keys !== null && found.matching === keys.length && keys.length > 0;
  const fits = few && added.length > 0 && tray.length + added.length <= MOST_IN_TRAY;
  return (
    <p class="selection" role="status" data-testid="selection">
      <span>
        Filter added: {last.says}
        {found && settled ? `; ${count(found.matching)} match` : ""}
      </span>
      {fits && (
        <button
          type="button"
          data-testid="selection-to-tray"
          onClick={() => go({ tray: [...tray, ...added] })}
        >
          Add {added.length === 1 ? "it" : `all ${added.length}`} to the tray
        </button>
      )}
      <Instead last={last} />
      <button
        type="button"
        data-testid="selection-undo"
        onClick={() => {
          removeFilter(last.predicate);
          lastSelection.value = null;
        }}
      >
        Undo
      </button>
      <button
        type="button"
        class="quiet"
        aria-label="Close"
        onClick={() => {
          lastSelection.value = null;
        }}
      >
        ×
      </button>
    </p>
  );
}

/** On a sample an outline means all sets in it, or only those that are drawn. */
function Instead({ last }: { last: Selection }) {
  const { instead } = last;
  if (!instead) return null;
  const filters = view.value.filters.map((each) =>
    each === last.predicate ? instead.predicate : each,
  );
  const { instead: _, ...now } = last;
  return (
    <button
      type="button"
      data-testid="selection-instead"
      onClick={() => {
        lastSelection.value = { ...instead, instead: now };
        go({ filters, camera: null });
      }}
    >
      {instead.predicate.startsWith("among(") ? "Only the drawn ones" : "All in the outline"}
    </button>
  );
}
