/** The density in numbers, for those who do not see it. */
import type { Levels } from "../../api/types";
import { count, number } from "../../scales";

export function LevelsTable({ levels }: { levels: Levels }) {
  const shown = (score: number | null) => (score === null ? "none measured" : number(score));
  return (
    <table class="hidden" data-testid="levels-table">
      <caption>
        Scores under {levels.measure} by rank; of the measured ones, not of those that are only
        declared
      </caption>
      <thead>
        <tr>
          {["rank", "sets", "evaluated", "declared", "lowest", "lower quartile", "median"].map(
            (each) => (
              <th key={each} scope="col">
                {each}
              </th>
            ),
          )}
          <th scope="col">upper quartile</th>
          <th scope="col">highest</th>
        </tr>
      </thead>
      <tbody>
        {levels.items.map((level) => (
          <tr key={level.rank}>
            <th scope="row">{level.rank}</th>
            <td>{count(level.sets)}</td>
            <td>{count(level.evaluated)}</td>
            <td>{count(level.declared)}</td>
            <td>{shown(level.lowest)}</td>
            <td>{shown(level.lower_quartile)}</td>
            <td>{shown(level.median)}</td>
            <td>{shown(level.upper_quartile)}</td>
            <td>{shown(level.highest)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
