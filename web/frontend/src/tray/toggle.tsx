/** A mark beside a set that puts it into the tray and takes it out: what Space does, to be pressed. */
import { toggleInTray, view } from "../state";
import "./toggle.css";

const PLUS = "M10 4.5v11M4.5 10h11";
const CHECK = "m4.500 10.500 3.700 3.700 7.300-8";
const DIAMOND = "M10 3.500 16.500 10 10 16.500 3.500 10z";

/** `whole`: with words, and a stop of its own; beside rows the keyboard has Space. */
export function TrayToggle(props: { of: string; name: string; whole?: boolean }) {
  const { of: key, name, whole = false } = props;
  const { tray, baseline } = view.value;
  const inTray = tray.includes(key);
  const said = key === baseline ? "The baseline" : inTray ? "In the tray" : "Add to tray";
  return (
    <button
      type="button"
      class={`tray-toggle ${whole ? "whole" : ""}`}
      tabIndex={whole ? 0 : -1}
      aria-pressed={inTray}
      aria-label={`${name} in the tray`}
      title={inTray ? `${said}: take it out` : said}
      data-testid="tray-toggle"
      onClick={(event) => {
        event.stopPropagation();
        toggleInTray(key);
      }}
    >
      <svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true">
        <path
          class={key === baseline ? "full" : ""}
          d={key === baseline ? DIAMOND : inTray ? CHECK : PLUS}
        />
      </svg>
      {whole && (
        <span>
          {key === baseline
            ? `${name} is the baseline`
            : `${name} ${inTray ? "in" : "to"} the tray`}
        </span>
      )}
    </button>
  );
}
