/** The tray: selected sets, one of them the baseline of comparisons. */
import { go, pin, setBaseline, toggleInTray, view } from "../state";
import { nameOf } from "../state/answers";

export function Tray() {
  const { tray, baseline } = view.value;
  if (tray.length === 0) return null;
  return (
    <section class="tray" aria-label="Tray" data-testid="tray">
      <ul>
        {tray.map((key) => (
          <li key={key} data-testid="tray-set">
            <button type="button" class="link" onClick={() => pin(key)}>
              {nameOf(key)}
            </button>
            <button
              type="button"
              class="quiet"
              aria-pressed={baseline === key}
              onClick={() => setBaseline(baseline === key ? null : key)}
            >
              baseline
            </button>
            <button
              type="button"
              class="quiet"
              aria-label={`Take ${nameOf(key)} out`}
              onClick={() => toggleInTray(key)}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      <button type="button" onClick={() => go({ view: "compare" })}>
        Compare
      </button>
    </section>
  );
}
