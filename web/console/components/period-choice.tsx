import { type PeriodName, periods } from "../words/period.ts";

/** @param all the name of an entry for all time, where that may be chosen; its value is empty */
export function PeriodChoice({
  value,
  all,
  choose,
}: {
  value: PeriodName | "";
  all?: string;
  choose: (value: PeriodName | "") => void;
}) {
  return (
    <label>
      <span class="unseen">Period</span>
      <select value={value} onInput={(event) => choose(event.currentTarget.value as PeriodName | "")}>
        {Object.entries(periods).map(([name, [label]]) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
        {all !== undefined && <option value="">{all}</option>}
      </select>
    </label>
  );
}
