/** The shell: header, panels, the chosen view, and the summary that screen readers hear. */
import { useRef } from "preact/hooks";
import { GridView } from "../grid";
import { Home } from "../home";
import { MapView } from "../map";
import { FocusPanel } from "../neighborhood";
import { PathPanel } from "../paths";
import { cellText, count } from "../scales";
import {
  complaints,
  detail,
  go,
  layout,
  measure,
  neighborhood,
  notices,
  path,
  sets,
  subgraph,
  view,
} from "../state";
import { setTheme, type ThemeName, themeName } from "../state/theme";
import { HOME } from "../state/url";
import { Complaint, Later, Link, Waiting } from "../ui";
import { Controls } from "./controls";
import { HELP } from "./keys";

export function App() {
  const help = useRef<HTMLDialogElement>(null);
  return (
    <>
      <Header showHelp={() => help.current?.showModal()} />
      {view.value.lattice === null ? <Front /> : <Explorer />}
      <dialog id="help" ref={help} aria-labelledby="help-title">
        <h2 id="help-title">Keys</h2>
        <dl>
          {HELP.map(([keys, meaning]) => (
            <div key={keys}>
              <dt>
                {keys.split(" ").map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
        <p class="hint">
          With the pointer: hover shows a set's moves, click pins it, Shift-click draws the path to
          it, double-click centers it.
        </p>
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </dialog>
    </>
  );
}

function Front() {
  return view.value.importing ? <Later load={importPage} /> : <Home />;
}

const importPage = () => import("../import").then((found) => found.ImportPage);

function Header({ showHelp }: { showHelp: () => void }) {
  const open = view.value.lattice !== null;
  return (
    <header class="top">
      <Link class="brand" to={HOME}>
        datalattice
      </Link>
      {open && (
        <fieldset class="segments" aria-label="View">
          <button
            type="button"
            data-testid="view-map"
            aria-pressed={view.value.view === "map"}
            onClick={() => go({ view: "map" })}
          >
            Map
          </button>
          <button
            type="button"
            data-testid="view-grid"
            aria-pressed={view.value.view === "grid"}
            onClick={() => go({ view: "grid" })}
          >
            Grid
          </button>
        </fieldset>
      )}
      <span class="spacer" />
      <label class="theme">
        <span class="hidden">Theme</span>
        <select
          value={themeName.value}
          onChange={(event) => setTheme(event.currentTarget.value as ThemeName)}
        >
          <option value="auto">System theme</option>
          <option value="light">Light</option>
          <option value="dark">Dark</option>
        </select>
      </label>
      <button type="button" class="quiet" onClick={showHelp} aria-label="Keys and help">
        ?
      </button>
    </header>
  );
}

function Explorer() {
  const { refusal } = detail.value;
  if (refusal) {
    return (
      <main class="home">
        <Complaint
          refusal={refusal}
          retry={detail.retry}
          choose={(suggestion) => go({ ...HOME, lattice: suggestion })}
        />
        <p>
          <a href="/">All lattices</a>
        </p>
      </main>
    );
  }
  return (
    <div class="explorer">
      <Controls />
      <main class="center">
        <Notices />
        {view.value.view === "map" ? <Drawn /> : <GridView />}
        <PathPanel />
        <p class="hidden" aria-live="polite" data-testid="live-summary">
          {liveSummary()}
        </p>
      </main>
      <FocusPanel />
    </div>
  );
}

function Notices() {
  if (notices.value.length === 0) return null;
  return (
    <div class="notices" role="status" data-testid="error-message">
      {notices.value.map((notice) => (
        <p key={notice}>{notice}</p>
      ))}
      <button
        type="button"
        class="quiet"
        onClick={() => {
          complaints.value = [];
          go({ measure: measure.peek()?.name ?? null }, "replace");
        }}
      >
        Dismiss
      </button>
    </div>
  );
}

function Drawn() {
  const { refusal, loading } = subgraph.value;
  if (refusal) return <Complaint refusal={refusal} retry={subgraph.retry} />;
  const shown = sets.value?.columns;
  if (shown?.total === 0) return <p class="hint">This lattice holds no training set yet.</p>;
  return (
    <div class="stage">
      <MapView />
      {!shown && loading && <Waiting what="the training sets" />}
      {shown && shown.shown < shown.total && (
        <p class="sampled">
          {count(shown.shown)} of {count(shown.total)} shown, sampled per rank
        </p>
      )}
    </div>
  );
}

function liveSummary(): string {
  const shown = sets.value?.columns;
  if (!shown) return "";
  const said = [
    `${view.value.lattice}: ${count(shown.shown)} of ${count(shown.total)} training sets`,
    `measure ${measure.value?.name ?? "none"}`,
    view.value.view === "map" ? `layout ${layout.value}` : "grid",
  ];
  const focus = neighborhood.value.content;
  if (focus) {
    said.push(
      `${focus.training_set.name} is pinned, ${cellText(focus.cells[0])}, ${focus.total} stored neighbors, ${focus.missing_total ?? "over 2^53"} not stored`,
    );
  }
  const found = path.value.content;
  if (found)
    said.push(found.found ? `path of ${found.moves} moves shown` : "there is no such path");
  return `${said.join("; ")}.`;
}
