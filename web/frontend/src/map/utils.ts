/** Pure helpers of the map. */
import type { Size } from "./types";

const BOX = { width: 290, height: 110 };
const LABEL = 110;

/**
 * The corner beside a set in which a box hides the fewest of its neighbors and their labels.
 * Neighbors are relative to the set; a corner that leaves the picture is the last choice.
 */
export function quietCorner(
  neighbors: readonly { x: number; y: number }[],
  at: { x: number; y: number },
  size: Size,
): { left: boolean; top: boolean } {
  const corners = [false, true].flatMap((top) => [false, true].map((left) => ({ left, top })));
  const cost = ({ left, top }: { left: boolean; top: boolean }) => {
    const outside =
      (left ? at.x - BOX.width < 0 : at.x + BOX.width > size.width) ||
      (top ? at.y - BOX.height < 0 : at.y + BOX.height > size.height);
    const hidden = neighbors.filter(({ x, y }) => {
      const [near, far] = left ? [-BOX.width - LABEL, 0] : [-LABEL, BOX.width];
      const inside = top ? y < 0 && y > -BOX.height : y > 0 && y < BOX.height;
      return x > near && x < far && inside;
    });
    return hidden.length + (outside ? 1_000 : 0);
  };
  return corners.reduce((best, corner) => (cost(corner) < cost(best) ? corner : best));
}
