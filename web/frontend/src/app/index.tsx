/** The shell: header, panels, the chosen view, and the summary that screen readers hear. */
import type { ComponentType } from "preact";
import { hasChanged, isUnreachable, serverGone } from "../api";
import { exportable, exporting, openExport } from "../export/registry";
import { complaints, go, view } from "../state";
import { currentDetail, detail, measure, notices } from "../state/answers";
import { setTheme, type ThemeName, themeName } from "../state/theme";
import { HOME, type ViewName } from "../state/url";
import { tour } from "../tour/state";
import { Complaint, Later, Link, Skeleton } from "../ui";
import { Fold } from "../ui/fold";
import { Progress } from "./progress";
import { liveSummary } from "./summary";
import { helpShown } from "./wishes";

/** Every page is loaded when it is first shown. */
const PAGES: Readonly<Record<ViewName, () => Promise<ComponentType>>> = {
  map: () => import("../map").then((found) => found.MapPage),
  set: () => import("../sets").then((found) => found.SetPage),
  paths: () => import("../paths").then((found) => found.PathsPage),
  grid: () => import("../grid").then((found) => found.GridPage),
  compare: () => import("../compare").then((found) => found.ComparePage),
  table: () => import("../table").then((found) => found.TablePage),
};
const home = () => import("../home").then((found) => found.Home);
const controls = () => import("../controls").then((found) => found.Controls);
const focusPanel = () => import("../neighborhood").then((found) => found.FocusPanel);
const tray = () => import("../tray").then((found) => found.Tray);
const exportMenu = () => import("../export").then((found) => found.ExportMenu);
const help = () => import("./help").then((found) => found.Help);
const guide = () => import("../tour").then((found) => found.Tour);
const importPage = () => import("../import").then((found) => found.ImportPage);

// The page is fetched while the first answers are.
if (view.peek().lattice !== null) void PAGES[view.peek().view]().catch(() => undefined);

const TABS: readonly (readonly [ViewName, string])[] = [
  ["map", "Map"],
  ["set", "Set"],
  ["paths", "Paths"],
  ["grid", "Grid"],
  ["compare", "Compare"],
  ["table", "Table"],
];

export function App() {
  return (
    <>
      <a class="skip" href="#main">
        To the content
      </a>
      <Header />
      {serverGone.value && (
        <p class="banner" role="status" data-testid="server-gone">
          The server does not answer. Is <code>lattice serve</code> still running? This page keeps
          what it has read, and asks again.
        </p>
      )}
      {view.value.lattice === null ? <Front /> : <Explorer />}
      {exporting.value && <Later load={exportMenu} />}
      {helpShown.value && <Later load={help} meanwhile={null} />}
    </>
  );
}

function Front() {
  return view.value.importing ? <Later load={importPage} /> : <Later load={home} />;
}

/** Whether there is no such lattice, so that no page leads anywhere. */
function isRefused(): boolean {
  const { refusal } = detail.value;
  return refusal !== null && !isUnreachable(refusal);
}

function Header() {
  const { lattice, view: page } = view.value;
  return (
    <header class="top">
      <Link class="brand" to={HOME} current={lattice === null && !view.value.importing}>
        <Mark />
        datalattice
      </Link>
      {lattice !== null && (currentDetail.value || !isRefused()) && (
        <nav class="tabs" aria-label="Views">
          {TABS.map(([name, title]) => (
            <Link
              key={name}
              testid={`view-${name}`}
              to={{ ...view.value, view: name }}
              current={page === name}
            >
              {title}
            </Link>
          ))}
        </nav>
      )}
      <span class="spacer" />
      <div class="tools">
        {exportable.value && (
          <button
            type="button"
            class="quiet"
            data-testid="export"
            aria-haspopup="dialog"
            aria-keyshortcuts="e"
            title="Export what is seen (e)"
            onClick={openExport}
          >
            Export
          </button>
        )}
        <label class="theme">
          <span class="hidden">Theme</span>
          <select
            data-testid="theme"
            title="Theme"
            value={themeName.value}
            onChange={(event) => setTheme(event.currentTarget.value as ThemeName)}
          >
            <option value="auto">System</option>
            <option value="light">Light</option>
            <option value="dark">Dark</option>
          </select>
        </label>
        <button
          type="button"
          class="quiet help"
          data-testid="help"
          aria-keyshortcuts="?"
          aria-label="Keys and help"
          title="Keys and help (?)"
          onClick={() => {
            helpShown.value = true;
          }}
        >
          ?
        </button>
      </div>
    </header>
  );
}

/** Four sets of two objects. */
function Mark() {
  return (
    <svg class="mark" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M8 2 2.5 8 8 14l5.5-6z" />
      <circle cx="8" cy="2.5" r="2" />
      <circle cx="2.5" cy="8" r="2" />
      <circle cx="13.5" cy="8" r="2" />
      <circle cx="8" cy="13.5" r="2" />
    </svg>
  );
}

function Explorer() {
  const { refusal, loading } = detail.value;
  if (refusal && !currentDetail.value) {
    return (
      <main class="home" id="main">
        <h1 class="hidden">{view.value.lattice}</h1>
        <Complaint
          refusal={refusal}
          retry={detail.retry}
          choose={(suggestion) => go({ ...HOME, lattice: suggestion })}
        />
        <p>
          <Link to={HOME}>All lattices</Link>
        </p>
      </main>
    );
  }
  const page = view.value.view;
  const waits = loading && !currentDetail.value;
  return (
    <div class="explorer">
      <nav class="panel controls" aria-label="What is shown" data-testid="controls">
        <Later load={controls} meanwhile={<Skeleton lines={8} />} />
      </nav>
      <main class="center" id="main">
        {tour.value && <Later load={guide} meanwhile={null} />}
        {page !== "set" && (
          <h1 class="hidden">
            {view.value.lattice}: {page}
            {measure.value ? `, ${measure.value.name}` : ""}
          </h1>
        )}
        <Changed />
        <Notices />
        <Progress />
        {waits ? (
          <div class="stage blank">
            <Skeleton lines={1} />
          </div>
        ) : (
          <Later key={page} load={PAGES[page]} />
        )}
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
          <Fold title="The pinned set" testid="fold-focus" open>
            <Later load={focusPanel} />
          </Fold>
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
      <button type="button" onClick={() => location.reload()}>
        Reload
      </button>
    </div>
  );
}

function Notices() {
  if (notices.value.length === 0) return null;
  return (
    <div class="notices" role="status" data-testid="error-message">
      <div>
        {notices.value.map((notice) => (
          <p key={notice}>{notice}</p>
        ))}
      </div>
      <button
        type="button"
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
