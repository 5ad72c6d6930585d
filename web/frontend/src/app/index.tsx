/** The shell: header, panels, the chosen view, and the summary that screen readers hear. */
import type { ComponentType } from "preact";
import { useRef } from "preact/hooks";
import { hasChanged, serverGone } from "../api";
import { Controls } from "../controls";
import { MapPage } from "../map";
import { complaints, go, view } from "../state";
import { currentDetail, detail, measure, notices } from "../state/answers";
import { setTheme, type ThemeName, themeName } from "../state/theme";
import { HOME, type ViewName } from "../state/url";
import { Complaint, Later, Link } from "../ui";
import { HELP } from "./keys";
import { liveSummary } from "./summary";

/** Everything but the map is loaded when it is first shown. */
const PAGES: Readonly<Record<Exclude<ViewName, "map">, () => Promise<ComponentType>>> = {
  set: () => import("../sets").then((found) => found.SetPage),
  paths: () => import("../paths").then((found) => found.PathsPage),
  grid: () => import("../grid").then((found) => found.GridPage),
  compare: () => import("../compare").then((found) => found.ComparePage),
  table: () => import("../table").then((found) => found.TablePage),
};
const home = () => import("../home").then((found) => found.Home);
const focusPanel = () => import("../neighborhood").then((found) => found.FocusPanel);
const tray = () => import("../tray").then((found) => found.Tray);
const importPage = () => import("../import").then((found) => found.ImportPage);

const TABS: readonly (readonly [ViewName, string])[] = [
  ["map", "Map"],
  ["paths", "Paths"],
  ["grid", "Grid"],
  ["compare", "Compare"],
  ["table", "Table"],
];

export function App() {
  const help = useRef<HTMLDialogElement>(null);
  return (
    <>
      <Header showHelp={() => help.current?.showModal()} />
      {serverGone.value && (
        <p class="banner" role="status" data-testid="server-gone">
          The server does not answer. Is <code>lattice serve</code> still running? This page keeps
          what it has read, and asks again.
        </p>
      )}
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
          With the pointer: hover shows a set's moves, click pins it, Shift-click puts it into the
          tray, double-click centers it.
        </p>
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </dialog>
    </>
  );
}

function Front() {
  return view.value.importing ? <Later load={importPage} /> : <Later load={home} />;
}

function Header({ showHelp }: { showHelp: () => void }) {
  const open = view.value.lattice !== null;
  return (
    <header class="top">
      <Link class="brand" to={HOME}>
        datalattice
      </Link>
      {open && (
        <nav class="segments" aria-label="Views">
          {TABS.map(([name, title]) => (
            <button
              key={name}
              type="button"
              data-testid={`view-${name}`}
              aria-pressed={view.value.view === name}
              onClick={() => go({ view: name })}
            >
              {title}
            </button>
          ))}
        </nav>
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
  if (refusal && !currentDetail.value) {
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
  const page = view.value.view;
  return (
    <div class="explorer">
      <Controls />
      <main class="center">
        <Changed />
        <Notices />
        {page === "map" ? <MapPage /> : <Later key={page} load={PAGES[page]} />}
        {view.value.tray.length > 0 && <Later load={tray} />}
        <p class="hidden" aria-live="polite" data-testid="live-summary">
          {liveSummary()}
        </p>
      </main>
      <aside class="panel focus" aria-label="The pinned training set" data-testid="focus-panel">
        {view.value.set === null ? (
          <p class="hint">
            Click a training set to pin it. Its moves, what each one changes, and paths from it
            appear here. Press <kbd>?</kbd> for all keys.
          </p>
        ) : (
          <Later load={focusPanel} />
        )}
      </aside>
    </div>
  );
}

/** A lattice that changed while it is open: what is seen may be of two states. */
function Changed() {
  if (!hasChanged(view.value.lattice ?? "")) return null;
  return (
    <div class="notices" role="status" data-testid="lattice-changed">
      <p>This lattice has changed since it was opened: some of what is shown is from before.</p>
      <button type="button" class="quiet" onClick={() => location.reload()}>
        Reload
      </button>
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
          go({ measure: measure.peek()?.name ?? null, color: null }, "replace");
        }}
      >
        Dismiss
      </button>
    </div>
  );
}
