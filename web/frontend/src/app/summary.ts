/** What screen readers hear when the view changes. */
import { cellText, count } from "../scales";
import { view } from "../state";
import { layout, matches, measure, neighborhood, path } from "../state/answers";

export function liveSummary(): string {
  const { lattice, view: page, filters, tray } = view.value;
  const said = [`${lattice}`];
  const found = matches.value;
  if (found) said.push(`${count(found.matching)} of ${count(found.stored)} training sets`);
  if (filters.length > 0) said.push(`filters: ${filters.join(", ")}`);
  said.push(`measure ${measure.value?.name ?? "none"}`);
  said.push(page === "map" ? `layout ${layout.value}` : page);
  const focus = neighborhood.value.content;
  if (focus) {
    said.push(
      `${focus.training_set.name} is pinned, ${cellText(focus.cells[0])}, ${focus.total} stored neighbors, ${focus.missing_total ?? "over 2^53"} not stored`,
    );
  }
  if (tray.length > 0) said.push(`${tray.length} in the tray`);
  const shown = path.value.content;
  if (shown)
    said.push(shown.found ? `path of ${shown.moves} moves shown` : "there is no such path");
  return `${said.join("; ")}.`;
}
