/** The landscape of a lattice in small: its sets, or where these are many, how many score what. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { apiUrl, ask, Refusal } from "../api";
import type { Histogram, LatticeDetail, LatticeSummary, Measure, Subgraph } from "../api/types";
import { landscape } from "../map/layouts";
import { paint, prepare } from "../map/paint";
import { thumbnailScene } from "../map/scene";
import { extentOf, higherIsBetter, measuredOf, scoreColors } from "../scales";
import { usualMeasure } from "../state/answers";
import { type Theme, theme } from "../state/theme";
import { setTable } from "../subsets";

const MOST_SETS = 2_000;
const BINS = 64;
/** Where sets are many, the empty one, often declared as 0, would press all others together. */
const HELD = "rank >= 1";
const SIZE = { width: 288, height: 128 };
const MARGIN = 14;
const FAINTEST = 0.22;

interface Picture {
  readonly measure: Measure | null;
  readonly objects: number;
  readonly drawn: Subgraph | Histogram;
}

export function Thumbnail({ summary }: { summary: LatticeSummary }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const picture = useSignal<Picture | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    const stop = whenSeen(canvas.current, () => {
      pictureOf(summary, abort.signal)
        .then((found) => {
          picture.value = found;
        })
        .catch((error: unknown) => {
          // The card says all without its picture; opening the lattice shows what is wrong.
          if (!abort.signal.aborted && !(error instanceof Refusal)) throw error;
        });
    });
    return () => {
      stop();
      abort.abort();
    };
  }, [summary, picture]);
  useSignalEffect(() => {
    const found = picture.value;
    const colors = theme.value;
    const context = canvas.current && prepare(canvas.current, SIZE);
    if (!found || !context) return;
    if ("keys" in found.drawn) paintSets(context, found, found.drawn, colors);
    else paintCounts(context, found, found.drawn);
  });
  return <canvas class="thumbnail" ref={canvas} />;
}

async function pictureOf(summary: LatticeSummary, abort: AbortSignal): Promise<Picture> {
  const { name, objects, training_sets: sets } = summary;
  const detail = await ask<LatticeDetail>(apiUrl(["lattices", name]), abort);
  const measure = usualMeasure(detail);
  const asked = { measure: measure?.name };
  const drawn =
    measure && sets > MOST_SETS
      ? await ask<Histogram>(
          apiUrl(["lattices", name, "histogram"], { ...asked, bins: BINS, filter: HELD }),
          abort,
        )
      : await ask<Subgraph>(
          apiUrl(["lattices", name, "subgraph"], { ...asked, max: MOST_SETS }),
          abort,
        );
  return { measure, objects, drawn };
}

function paintSets(
  context: CanvasRenderingContext2D,
  { measure, objects }: Picture,
  columns: Subgraph,
  colors: Theme,
): void {
  const table = setTable(columns.keys, objects);
  const scores = measuredOf(columns);
  const colorOf = scoreColors(extentOf(scores) ?? [0, 1], !measure || higherIsBetter(measure));
  paint(
    context,
    thumbnailScene(landscape(table, scores, "", SIZE, MARGIN), scores, colorOf, colors),
  );
}

/** A cell per rank and bin: its color is the score, its strength how many sets have it. */
function paintCounts(
  context: CanvasRenderingContext2D,
  { measure }: Picture,
  { counts, edges, ranks }: Histogram,
): void {
  const bins = edges.length - 1;
  const colorOf = scoreColors(
    [edges[0] ?? 0, edges[bins] ?? 1],
    !measure || higherIsBetter(measure),
  );
  const most = Math.log(1 + Math.max(...counts.flat()));
  const span = Math.max(1, (ranks.at(-1) ?? 0) - (ranks[0] ?? 0) + 1);
  const width = (SIZE.width - 2 * MARGIN) / span;
  const height = (SIZE.height - 2 * MARGIN) / bins;
  counts.forEach((row, index) => {
    const left = MARGIN + ((ranks[index] ?? 0) - (ranks[0] ?? 0)) * width;
    row.forEach((count, bin) => {
      if (count === 0) return;
      context.globalAlpha = FAINTEST + (1 - FAINTEST) * (Math.log(1 + count) / most);
      context.fillStyle = colorOf(((edges[bin] ?? 0) + (edges[bin + 1] ?? 0)) / 2);
      const top = SIZE.height - MARGIN - (bin + 1) * height;
      context.fillRect(left, top, Math.max(1, width - 1), height + 0.5);
    });
  });
  context.globalAlpha = 1;
}

/** Run once when the element comes into sight. */
function whenSeen(element: Element | null, work: () => void): () => void {
  if (!element) return () => undefined;
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    work();
  });
  observer.observe(element);
  return () => observer.disconnect();
}
