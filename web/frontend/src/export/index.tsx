/** The menu of exports: which data, which form; long ones say how far they are and can be stopped. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Refusal } from "../api";
import { count } from "../scales";
import { view } from "../state";
import { filter, measure } from "../state/answers";
import "./export.css";
import { fileName, save } from "./files";
import { graphmlParts } from "./graphml";
import { pictureToPng, toPng } from "./png";
import { exportable, exporting } from "./registry";
import { toSvg } from "./svg";
import { csvParts, jsonParts } from "./tables";
import type { Extent, Task } from "./types";

type Form = "png" | "svg" | "csv" | "json" | "graphml";
const TYPES: Readonly<Record<Form, string>> = {
  png: "image/png",
  svg: "image/svg+xml",
  csv: "text/csv;charset=utf-8",
  json: "application/json",
  graphml: "application/graphml+xml",
};

export function ExportMenu() {
  const dialog = useRef<HTMLDialogElement>(null);
  const extents = useSignal<readonly Extent[]>([]);
  const chosen = useSignal(0);
  const working = useSignal<{ done: number; total: number } | null>(null);
  const said = useSignal("");
  const failed = useSignal("");
  const abort = useRef<AbortController | null>(null);
  const offered = exportable.value;

  useEffect(() => {
    dialog.current?.showModal();
    return () => abort.current?.abort();
  }, []);
  useEffect(() => {
    let wanted = true;
    chosen.value = 0;
    offered?.extents?.().then(
      (found) => {
        if (wanted) extents.value = found;
      },
      (error: unknown) => {
        if (wanted) failed.value = messageOf(error);
      },
    );
    return () => {
      wanted = false;
    };
  }, [offered, extents, chosen, failed]);

  if (!offered) return null;
  const extent = extents.value[chosen.value];

  const write = async (form: Form) => {
    if (working.peek()) return;
    const stop = new AbortController();
    const pressed = document.activeElement;
    abort.current = stop;
    working.value = { done: 0, total: 0 };
    said.value = "";
    failed.value = "";
    const task: Task = {
      abort: stop.signal,
      tell: (done, total) => {
        working.value = { done, total };
      },
    };
    try {
      const content = await made(form, extent, task);
      if (stop.signal.aborted) return;
      const { lattice } = view.peek();
      const isPicture = form === "png" || form === "svg";
      const about = offered.about?.() ?? [measure.peek()?.name ?? null, filter.peek()];
      const part = isPicture ? null : (extent?.part ?? null);
      const name = fileName([lattice, ...about, offered.title, part], form);
      save(content, name);
      said.value = `Saved ${name}`;
    } catch (error) {
      if (!stop.signal.aborted) failed.value = messageOf(error);
    } finally {
      working.value = null;
      // The button was disabled, and has lost the focus by that.
      requestAnimationFrame(() => pressed instanceof HTMLElement && pressed.focus());
    }
  };

  const made = async (form: Form, from: Extent | undefined, task: Task): Promise<Blob> => {
    if (form === "png" || form === "svg") {
      const picture = (await offered.picture?.()) ?? null;
      if (picture) return form === "png" ? pictureToPng(picture) : blobOf([picture.svg], form);
      const drawing = offered.scene?.() ?? null;
      if (!drawing) throw new Error("There is no picture yet.");
      return form === "png" ? toPng(drawing) : blobOf([toSvg(drawing)], form);
    }
    if (form === "graphml") {
      if (typeof from?.graph !== "function") throw new Error("There is no graph.");
      return blobOf(graphmlParts(await from.graph(task)), form);
    }
    if (!from?.table) throw new Error("There is no table.");
    const table = await from.table(task);
    return blobOf(form === "csv" ? csvParts(table) : jsonParts(table), form);
  };

  const form = (name: Form, title: string, enabled: boolean) => (
    <button
      type="button"
      key={name}
      data-testid={`export-${name}`}
      disabled={!enabled || working.value !== null}
      onClick={() => void write(name)}
    >
      {title}
    </button>
  );
  const graph = extent?.graph;
  const hasPicture = offered.scene !== undefined || offered.picture !== undefined;

  return (
    <dialog
      class="export"
      ref={dialog}
      aria-labelledby="export-title"
      data-testid="export-menu"
      onClose={() => {
        exporting.value = false;
      }}
    >
      <h2 id="export-title">Export what is seen</h2>
      {hasPicture && (
        <section>
          <h3>Picture</h3>
          <p class="hint">The view as it stands: PNG at twice its size, SVG with text as text.</p>
          <p class="forms">
            {form("png", "PNG", true)}
            {form("svg", "SVG", true)}
          </p>
        </section>
      )}
      {extents.value.length > 0 && (
        <section>
          <h3>Data</h3>
          {extents.value.length === 1 ? (
            <p class="hint">{extent?.says}</p>
          ) : (
            <fieldset class="extents">
              <legend class="hidden">Which data</legend>
              {extents.value.map((each, index) => (
                <label key={each.says}>
                  <input
                    type="radio"
                    name="extent"
                    checked={chosen.value === index}
                    onChange={() => {
                      chosen.value = index;
                    }}
                  />
                  {each.says}
                </label>
              ))}
            </fieldset>
          )}
          <p class="forms">
            {form("csv", "CSV", extent?.table !== undefined)}
            {form("json", "JSON", extent?.table !== undefined)}
            {graph !== undefined && form("graphml", "GraphML", typeof graph === "function")}
          </p>
          {typeof graph === "string" && <p class="hint">{graph}</p>}
        </section>
      )}
      {working.value && working.value.total > 0 && (
        <p class="forms" role="status">
          <progress max={working.value.total} value={working.value.done} />
          {count(working.value.done)} of {count(working.value.total)}
          <button type="button" onClick={() => abort.current?.abort()}>
            Stop
          </button>
        </p>
      )}
      {failed.value && (
        <p class="complaint" role="alert">
          {failed.value}
        </p>
      )}
      <p class="last">
        <span class="hint" role="status" data-testid="export-said">
          {said.value}
        </span>
        <button type="button" class="quiet" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </p>
    </dialog>
  );
}

function blobOf(parts: Iterable<string>, form: Form): Blob {
  return new Blob([...parts], { type: TYPES[form] });
}

function messageOf(error: unknown): string {
  if (error instanceof Refusal) return `${error.message} ${error.hint}`.trim();
  return error instanceof Error ? error.message : `${error}`;
}
