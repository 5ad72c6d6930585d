/** How far an upload, a check, an import or an undo is, and how to end it. */
import { activity, cancel, running } from "./state";
import { progressText } from "./utils";

export function Running() {
  const what = activity.value;
  if (what === null) return null;
  const now = running.value;
  const title = { uploading: "Uploading", checking: "Checking", importing: "Importing" };
  const text = what === "undoing" ? "Working" : title[what];
  return (
    <section class="running" data-testid="import-progress">
      <p id="progress">
        {text}
        {now ? `: ${progressText(now)}` : " …"}
      </p>
      <progress
        aria-labelledby="progress"
        {...(now && now.total > 0 ? { max: now.total, value: now.done } : {})}
      />
      {now && (
        <button type="button" onClick={() => void cancel()}>
          Cancel
        </button>
      )}
    </section>
  );
}
