/** The first page: every lattice with a thumbnail of its landscape, and how complete it is. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { apiUrl, ask, Refusal, token } from "../api";
import type { LatticeDetail, LatticeSummary, Subgraph } from "../api/types";
import { landscape } from "../map/layouts";
import { paint, prepare } from "../map/paint";
import { thumbnailScene } from "../map/scene";
import { counted, extentOf, higherIsBetter, measuredOf, scoreColors, share } from "../scales";
import { lattices, usualMeasure } from "../state/answers";
import { theme } from "../state/theme";
import { HOME } from "../state/url";
import { setTable } from "../subsets";
import { Awaited, Link } from "../ui";

const MOST_SETS = 2_000; // a card shows a sample of more
const SIZE = { width: 264, height: 132 };

export function Home() {
  return (
    <main class="home">
      <h1>What changes when the training data change?</h1>
      <p class="lead">
        Every training set is a node, adding or removing one data object is a move, and what was
        measured stays attached. Choose a lattice
        {token() && (
          <>
            , or{" "}
            <Link to={{ ...HOME, importing: true }} testid="import-link">
              import results
            </Link>
          </>
        )}
        .
      </p>
      <Awaited resource={lattices.value} retry={lattices.retry} what="the lattices">
        {(content) =>
          content.items.length === 0 ? (
            <p class="hint">
              No lattice yet. Import one: <code>lattice import results.csv</code>, or the bundled
              ones: <code>lattice import --bundled</code>. Then reload this page.
            </p>
          ) : (
            <ul class="cards">
              {content.items.map((summary) => (
                <Card key={summary.name} summary={summary} />
              ))}
            </ul>
          )
        }
      </Awaited>
    </main>
  );
}

function Card({ summary }: { summary: LatticeSummary }) {
  return (
    <li>
      <Link class="card" to={{ ...HOME, lattice: summary.name }} testid="lattice-card">
        <Thumbnail summary={summary} />
        <h2>{summary.name}</h2>
        <p>{summary.title}</p>
        <p class="facts">
          {counted(summary.training_sets, "training set")} of {counted(summary.objects, "object")} (
          {share(summary.completeness)} of all) · {counted(summary.measures, "measure")} ·{" "}
          {share(summary.coverage)} of cells filled
          {summary.last_import ? ` · imported ${summary.last_import.slice(0, 10)}` : ""}
        </p>
      </Link>
    </li>
  );
}

function Thumbnail({ summary }: { summary: LatticeSummary }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const answer = useSignal<{ detail: LatticeDetail; columns: Subgraph } | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    landscapeOf(summary.name, abort.signal)
      .then((found) => {
        answer.value = found;
      })
      .catch((error: unknown) => {
        // The card says all without its picture; opening the lattice shows what is wrong.
        if (!abort.signal.aborted && !(error instanceof Refusal)) throw error;
      });
    return () => abort.abort();
  }, [summary, answer]);
  useSignalEffect(() => {
    const found = answer.value;
    const context = canvas.current && prepare(canvas.current, SIZE);
    if (!found || !context) return;
    const table = setTable(found.columns.keys, found.detail.objects.length);
    const scores = measuredOf(found.columns);
    const measure = usualMeasure(found.detail);
    const colorOf = scoreColors(extentOf(scores) ?? [0, 1], !measure || higherIsBetter(measure));
    const layout = landscape(table, scores, "", SIZE, 12);
    paint(context, thumbnailScene(layout, scores, colorOf, theme.value));
  });
  return <canvas class="thumbnail" ref={canvas} />;
}

async function landscapeOf(
  name: string,
  abort: AbortSignal,
): Promise<{ detail: LatticeDetail; columns: Subgraph }> {
  const detail = await ask<LatticeDetail>(apiUrl(["lattices", name]), abort);
  const measure = usualMeasure(detail)?.name ?? null;
  const columns = await ask<Subgraph>(
    apiUrl(["lattices", name, "subgraph"], { measure, max: MOST_SETS }),
    abort,
  );
  return { detail, columns };
}
