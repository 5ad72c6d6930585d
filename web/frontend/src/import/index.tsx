/** The import page: choose files, see what they are read as, correct that, import, undo. */
import { useSignal, useSignalEffect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { token } from "../api";
import type { UndoReport } from "../api/types";
import { HOME } from "../state/url";
import { Complaint, Link } from "../ui";
import { Actions, Form } from "./form";
import "./import.css";
import { Running } from "./progress";
import { Report } from "./report";
import {
  activity,
  check,
  choose,
  complain,
  files,
  isImported,
  job,
  leaveOut,
  planned,
  planUndo,
  refusal,
  reset,
  said,
  undo,
  undone,
} from "./state";
import type { Chosen } from "./types";
import { sizeText, undoText } from "./utils";

const MOST_SHOWN = 3;

export function ImportPage() {
  return token() === null ? <NotAllowed /> : <Importing />;
}

function Importing() {
  const complaint = useRef<HTMLDivElement>(null);
  useSignalEffect(() => {
    if (refusal.value) {
      requestAnimationFrame(() => complaint.current?.scrollIntoView({ block: "nearest" }));
    }
  });
  return (
    <main
      id="main"
      class="home import"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        drop(event.dataTransfer);
      }}
    >
      <h1>Import results</h1>
      {!isImported.value && <Chooser />}
      {(isImported.value || files.value.length === 0) && <Running />}
      <div ref={complaint} hidden={refusal.value === null}>
        {refusal.value && (
          <Complaint
            refusal={refusal.value}
            {...(refusal.value.problem.status === 0 ? { retry: () => void check() } : {})}
          />
        )}
      </div>
      {isImported.value ? <Done /> : files.value.length > 0 && <Check />}
      <p class="hidden" aria-live="polite" data-testid="import-live">
        {said}
      </p>
    </main>
  );
}

function NotAllowed() {
  return (
    <main class="home import">
      <h1>Import results</h1>
      <p data-testid="import-not-allowed">
        This server only reads. To import from this page, stop it and start it with{" "}
        <code>lattice serve --allow-import</code>. The command line imports at any time:{" "}
        <code>lattice import results.csv</code>.
      </p>
    </main>
  );
}

function drop(dropped: DataTransfer | null): void {
  const items = [...(dropped?.items ?? [])];
  if (activity.peek() !== null) return;
  if (items.some((item) => item.webkitGetAsEntry()?.isDirectory)) {
    complain("A folder cannot be dropped.", "Drop its files, or import it with lattice import.");
  } else {
    void choose([...(dropped?.files ?? [])]);
  }
}

function Chooser() {
  const over = useSignal(false);
  const some = files.value.length > 0;
  return (
    <section
      class={`drop ${some ? "small" : ""} ${over.value ? "over" : ""}`}
      aria-label="Files"
      onDragEnter={() => {
        over.value = true;
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) over.value = false;
      }}
      onDrop={() => {
        over.value = false;
      }}
    >
      {some && (
        <ul class="files">
          {files.value.map((file) => (
            <li key={file.id} data-testid="import-file">
              <span>
                {file.name} <small>{sizeText(file.size)}</small>
              </span>
              <button
                type="button"
                class="quiet"
                aria-label={`Leave out ${file.name}`}
                disabled={activity.value !== null}
                onClick={() => void leaveOut(file.id)}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      <label class="choose">
        <input
          type="file"
          multiple
          class="hidden"
          data-testid="import-input"
          disabled={activity.value !== null}
          onChange={(event) => {
            const { currentTarget } = event;
            void choose([...(currentTarget.files ?? [])]).finally(() => {
              currentTarget.value = "";
            });
          }}
        />
        {some ? "Add files" : "Choose files"}
      </label>
      {!some && (
        <>
          <p>or drop them here</p>
          <p class="hint">
            Tables (CSV, TSV, Parquet), coalition games, arrays, evaluation results, exports of a
            lattice; with a mapping (.toml) if there is one. Nothing is stored before you have seen
            how they are read.
          </p>
        </>
      )}
    </section>
  );
}

function Check() {
  const found = job.value?.report?.imported ?? [];
  return (
    <>
      <div class="columns">
        <section aria-label="What was understood" class="reports">
          {found.map((each) => (
            <Report key={`${each.lattice} ${each.name}`} found={each} isDryRun />
          ))}
          {found.length === 0 && activity.value === null && (
            <p class="hint">
              {job.value?.status === "cancelled"
                ? "Cancelled. Nothing was changed."
                : "Nothing can be read yet. Say what is missing in the mapping, then check again."}
            </p>
          )}
          {found.length === 0 &&
            files.value.slice(0, MOST_SHOWN).map((file) => <Beginning key={file.id} file={file} />)}
          {found.length === 0 && files.value.length > MOST_SHOWN && (
            <p class="hint">
              The beginnings of the first {MOST_SHOWN} of {files.value.length} files.
            </p>
          )}
        </section>
        <Form />
      </div>
      <Actions />
    </>
  );
}

/** The first lines of a file, for whoever has to say how it is read. */
function Beginning({ file }: { file: Chosen }) {
  if (file.lines.length === 0) return null;
  return (
    <figure class="beginning">
      <figcaption class="hint">{file.name} begins</figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by the keyboard */}
      <pre tabIndex={0}>{file.lines.join("\n")}</pre>
    </figure>
  );
}

function Done() {
  const imported = job.value?.report?.imported ?? [];
  const names = [...new Set(imported.map((each) => each.lattice))];
  const isUndoable = imported.some((each) => each.result_set !== null);
  if (undone.value) return <Undone reports={undone.value} />;
  return (
    <>
      <Announced testid="import-done" title="Imported">
        <p class="actions">
          {names.map((name) => (
            <Open key={name} lattice={name} />
          ))}
          {isUndoable && planned.value === null && (
            <button
              type="button"
              data-testid="import-undo"
              disabled={activity.value !== null}
              onClick={() => void planUndo()}
            >
              Undo …
            </button>
          )}
          <button type="button" onClick={reset}>
            Import more
          </button>
        </p>
      </Announced>
      {planned.value && <Confirm reports={planned.value} />}
      <section aria-label="What was imported" class="reports">
        {imported.map((each) => (
          <Report key={`${each.lattice} ${each.name}`} found={each} isDryRun={false} />
        ))}
      </section>
    </>
  );
}

function Open({ lattice }: { lattice: string }) {
  const target = { ...HOME, lattice };
  return (
    <Link class="button primary" to={target} testid="import-open">
      Open {lattice}
    </Link>
  );
}

function Confirm({ reports }: { reports: readonly UndoReport[] }) {
  return (
    <Announced testid="import-confirm" title="Undo this import?">
      <p>This takes away {undoText(reports)}</p>
      <p class="actions">
        <button
          type="button"
          class="danger"
          data-testid="import-undo-confirm"
          disabled={activity.value !== null}
          onClick={() => void undo()}
        >
          Undo the import
        </button>
        <button
          type="button"
          onClick={() => {
            planned.value = null;
          }}
        >
          Keep it
        </button>
      </p>
    </Announced>
  );
}

function Undone({ reports }: { reports: readonly UndoReport[] }) {
  return (
    <Announced testid="import-undone" title="Undone">
      <p>Taken away: {undoText(reports)}</p>
      <p class="actions">
        <button type="button" class="primary" onClick={reset}>
          Import other files
        </button>
      </p>
    </Announced>
  );
}

/** A part that takes the focus when it appears, since what had it is gone. */
function Announced(props: { title: string; testid: string; children: ComponentChildren }) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  return (
    <section class="announced" data-testid={props.testid}>
      <h2 ref={title} tabIndex={-1}>
        {props.title}
      </h2>
      {props.children}
    </section>
  );
}
