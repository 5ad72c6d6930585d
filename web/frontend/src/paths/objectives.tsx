/** The choice of an objective, on the page and under the map. */
import { go, view } from "../state";
import { type OptionName, option, withOption } from "../state/url";
import { OBJECTIVES } from "./types";

/** Give an option these values; blank ones are left out. */
export function setOption(name: OptionName, ...values: string[]): void {
  go({ options: withOption(view.peek().options, name, ...values.filter((each) => each !== "")) });
}

export function ObjectiveSelect({ testid, label }: { testid: string; label?: string }) {
  const chosen = option(view.value, "objective") ?? "fewest";
  const known = OBJECTIVES.some((each) => each.name === chosen);
  return (
    <select
      data-testid={testid}
      aria-label={label}
      title={label}
      value={chosen}
      onChange={(event) => setOption("objective", event.currentTarget.value)}
    >
      {!known && <option value={chosen}>{chosen}</option>}
      {OBJECTIVES.map(({ name, title }) => (
        <option key={name} value={name}>
          {title}
        </option>
      ))}
    </select>
  );
}
