/** All rows at a glance: a strip of mean scores in bands, and where in it one is. */
import { useEffect, useRef, useState } from "preact/hooks";
import { RANK, sorting } from "../rows";
import { bands, columns as shownColumns } from "./answers";
import { rankLabels } from "./utils";

export function Overview(props: {
  first: number;
  count: number;
  total: number;
  head: number;
  jump: (row: number) => void;
}) {
  const { first, count, total, head, jump } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(0);
  const found = bands.value.content;
  const columns = shownColumns.value?.columns;

  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!canvas.current || !context || !found || !columns || height === 0) return;
    const width = canvas.current.clientWidth;
    const ratio = devicePixelRatio || 1;
    canvas.current.width = Math.round(width * ratio);
    canvas.current.height = Math.round(height * ratio);
    context.scale(ratio, ratio);
    const tops = [...found.starts, found.total].map(
      (start) => Math.round((start / found.total) * height * ratio) / ratio,
    );
    for (const [place, column] of columns.entries()) {
      const means = found.means[found.measures.indexOf(column.measure.name)] ?? [];
      const left = Math.round((place / columns.length) * width);
      const right = Math.round(((place + 1) / columns.length) * width);
      for (const [band, mean] of means.entries()) {
        if (mean === null) continue;
        const top = tops[band] ?? 0;
        context.fillStyle = column.color(mean);
        context.fillRect(left, top, right - left, (tops[band + 1] ?? height) - top);
      }
    }
  }, [found, columns, height]);

  if (total <= count) return null;
  const go = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    if (event.buttons !== 1) return;
    const area = event.currentTarget.getBoundingClientRect();
    const share = (event.clientY - area.top) / area.height;
    jump(Math.round(share * total - count / 2));
  };
  return (
    // The same rows can be walked with keys and scrolled to: this is a shortcut of the pointer.
    <div class="overview" aria-hidden="true" style={{ marginTop: `${head}px` }}>
      <div
        class="strip"
        ref={box}
        data-testid="grid-overview"
        title="All rows: mean scores in bands. Click or drag to go there."
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          go(event);
        }}
        onPointerMove={go}
      >
        <canvas ref={canvas} />
        <div
          class="here"
          style={{
            top: `${(first / total) * 100}%`,
            height: `${Math.max(0.4, (count / total) * 100)}%`,
          }}
        />
      </div>
      {sorting.value.field === RANK && found && height > 0 && (
        <div class="ranks">
          {rankLabels(found.ranks, found.starts, found.total, height).map(([rank, top]) => (
            <span key={rank} style={{ top: `${top}px` }}>
              {rank}
            </span>
          ))}
        </div>
      )}
    </div>
  );
}
