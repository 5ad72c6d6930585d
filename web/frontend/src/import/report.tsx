/** What was understood of one result set: facts, measures, refused rows, open questions. */
import { useSignal } from "@preact/signals";
import type { ImportedResults, OpenQuestion } from "../api/types";
import { count, counted, number } from "../scales";
import { withLines } from "./mapping";
import { activity, check, content, mapping } from "./state";
import { factsOf } from "./utils";

const MOST_MEASURES = 50;
const BLANK = '"..."';

export function Report(props: { found: ImportedResults; isDryRun: boolean }) {
  const { found, isDryRun } = props;
  return (
    <article class="report" data-testid="import-report">
      <h2>
        {found.name} <span class="into">→ lattice {found.lattice}</span>
      </h2>
      {!found.already_imported && <Facts found={found} />}
      {found.notes.map((note) => (
        <p key={note} class="note">
          {note}
        </p>
      ))}
      <Refused found={found} />
      {isDryRun && found.questions.map((each) => <Question key={each.say + each.what} {...each} />)}
      {found.read_measures.length > 0 && <Measures found={found} />}
    </article>
  );
}

function Facts({ found }: { found: ImportedResults }) {
  return (
    <table class="facts-table">
      <caption class="hidden">What was understood of {found.name}</caption>
      <tbody>
        {factsOf(found).map(([name, said]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{said}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Measures({ found }: { found: ImportedResults }) {
  const most = useSignal(MOST_MEASURES);
  const shown = found.read_measures.slice(0, most.value);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by the keyboard
    <section class="scroll" tabIndex={0} aria-label={`Measures of ${found.name}`}>
      <table class="measures">
        <thead>
          <tr>
            <th scope="col">Measure</th>
            <th scope="col">Better</th>
            <th scope="col">Scores</th>
            <th scope="col">Lowest</th>
            <th scope="col">Highest</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((each) => (
            <tr key={each.name} data-testid="import-measure">
              <th scope="row">{each.name}</th>
              <td>{each.direction}</td>
              <td>{count(each.evaluations)}</td>
              <td>{number(each.lowest)}</td>
              <td>{number(each.highest)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {found.read_measures.length > shown.length && (
        <p class="hint">
          {count(shown.length)} of {count(found.read_measures.length)} measures shown{" "}
          <button
            type="button"
            onClick={() => {
              most.value = found.read_measures.length;
            }}
          >
            Show all
          </button>
        </p>
      )}
    </section>
  );
}

function Refused({ found }: { found: ImportedResults }) {
  const rows = found.refused;
  const all = Math.max(found.refused_count, rows.length);
  if (all === 0) return null;
  return (
    <section class="complaint" data-testid="import-refused">
      <p>
        {counted(all, "row")} cannot be read; as long as that is so, nothing is imported
        {all > rows.length ? `; the first ${rows.length}` : ""}:
      </p>
      <ul>
        {rows.map((row) => (
          <li key={row}>{row}</li>
        ))}
      </ul>
    </section>
  );
}

/** What stayed open; lines with a blank in them are to be filled before they are checked. */
function Question({ what, say }: OpenQuestion) {
  const isBlank = say.includes(BLANK);
  return (
    <section class="question" data-testid="import-question">
      <p>{what}.</p>
      <pre>{say}</pre>
      <button
        type="button"
        disabled={activity.value !== null || content.value.content === null}
        onClick={() => {
          mapping.value = withLines(mapping.peek(), say);
          if (isBlank) showBlank();
          else void check();
        }}
      >
        {isBlank ? "Add to the mapping" : "Use this"}
      </button>
    </section>
  );
}

function showBlank(): void {
  const area = document.querySelector<HTMLTextAreaElement>("#mapping");
  requestAnimationFrame(() => {
    const at = area?.value.indexOf(BLANK) ?? -1;
    area?.focus();
    if (at >= 0) area?.setSelectionRange(at + 1, at + BLANK.length - 1);
  });
}
