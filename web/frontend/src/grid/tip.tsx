/** What is known of the cell that is pointed at. */
import type { Column, Row } from "./types";
import { cellWords } from "./utils";

const WIDTH = 320;
const GAP = 8;

export interface TipPlace {
  readonly row: Row;
  readonly column: Column;
  /** The cell's box, in pixels of the window. */
  readonly box: { left: number; right: number; top: number; bottom: number };
}

export function tipAt(element: HTMLElement, row: Row, column: Column): TipPlace {
  return { row, column, box: element.getBoundingClientRect() };
}

export function Tip({ place }: { place: TipPlace | null }) {
  const said = place ? wordsOf(place) : null;
  return (
    <>
      <p class="hidden" aria-live="polite" data-testid="cell-words">
        {said ? `${said.set}: ${said.score} under ${said.measure}` : ""}
      </p>
      {place && said && (
        <div class="tooltip cell-tip" data-testid="grid-tip" style={besides(place)}>
          <span>trained on</span>
          <strong>{said.set}</strong>
          <span>under</span>
          <strong>{said.measure}</strong>
          <span>score</span>
          <strong class="number">{said.score}</strong>
        </div>
      )}
    </>
  );
}

function wordsOf({ row, column }: TipPlace) {
  const { name } = column.measure;
  const set = row.training_set;
  const score = cellWords(column, set, row.cells[column.place] ?? null);
  const objects = `${set.rank} ${set.rank === 1 ? "object" : "objects"}`;
  return { set: `${set.name} (${objects})`, measure: name, score };
}

/** Below the cell and to its right, or on the other side where the window ends. */
function besides({ box }: TipPlace): Record<string, string> {
  const left = box.right + WIDTH > innerWidth;
  const above = box.bottom + 120 > innerHeight;
  return {
    left: left ? "auto" : `${box.right + GAP}px`,
    right: left
      ? `${Math.max(GAP, Math.min(innerWidth - box.left + GAP, innerWidth - WIDTH))}px`
      : "auto",
    top: above ? "auto" : `${box.bottom + GAP}px`,
    bottom: above ? `${innerHeight - box.top + GAP}px` : "auto",
  };
}
