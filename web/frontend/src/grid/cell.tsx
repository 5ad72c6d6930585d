/** One cell of the grid: its score on its color, or the word that it is missing. */
import type { Cell } from "../api/types";
import { cellText } from "../scales";
import { inkOn } from "./utils";

export function CellBox(props: {
  cell: Cell | null;
  title: string;
  color: (value: number) => string;
  digits: number;
}) {
  const { cell, title, color, digits } = props;
  if (!cell) {
    return (
      <td class="missing" title={`${title}: missing`} data-testid="grid-cell">
        missing
      </td>
    );
  }
  const background = color(cell.mean);
  return (
    <td
      style={{ background, color: inkOn(background) }}
      title={`${title}: ${cellText(cell)}`}
      data-testid="grid-cell"
    >
      {cell.mean.toFixed(digits).replace("-", "−")}
    </td>
  );
}
