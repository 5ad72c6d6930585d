/** What one does with the pinned set: its page, paths, the tray, the baseline. */
import { connect, go, MOST_IN_TRAY, setBaseline, toggleInTray, view } from "../state";
import { Link } from "../ui";

export function Actions({ of: key }: { of: string }) {
  const { from, to, tray, baseline, view: page } = view.value;
  const inTray = tray.includes(key);
  const isBaseline = baseline === key;
  const full = tray.length >= MOST_IN_TRAY && !inTray;
  const reason = full ? `The tray holds ${MOST_IN_TRAY} sets: take one out first` : "";
  const others = tray.filter((each) => each !== key).length;
  return (
    <div class="actions focus-actions">
      {page !== "set" && (
        <Link class="button" to={{ ...view.value, view: "set", set: key }} testid="open-set">
          Open its page
        </Link>
      )}
      <button
        type="button"
        data-testid="path-from"
        aria-pressed={from === key}
        onClick={() => go({ from: key, to: to === key ? null : to })}
      >
        Path from here
      </button>
      <button
        type="button"
        data-testid="path-to"
        aria-pressed={to === key}
        disabled={from === null || from === key}
        title={from === null ? "First choose where the path starts" : ""}
        onClick={() => from !== null && connect(from, key)}
      >
        Path to here
      </button>
      <button
        type="button"
        data-testid="to-tray"
        aria-pressed={inTray}
        disabled={full}
        title={reason || "Space"}
        onClick={() => toggleInTray(key)}
      >
        {inTray ? "In the tray" : "Add to tray"}
      </button>
      <button
        type="button"
        data-testid="to-baseline"
        aria-pressed={isBaseline}
        disabled={full}
        title={reason || "b"}
        onClick={() => setBaseline(isBaseline ? null : key)}
      >
        {isBaseline ? "Is the baseline" : "Make baseline"}
      </button>
      {others > 0 && page !== "compare" && (
        <button
          type="button"
          data-testid="compare-set"
          disabled={full}
          title={reason}
          onClick={() => go({ tray: inTray ? tray : [...tray, key], view: "compare" })}
        >
          Compare with {baseline !== null && !isBaseline ? "baseline" : "tray"}
        </button>
      )}
      {full && <p class="hint">{reason}.</p>}
    </div>
  );
}
