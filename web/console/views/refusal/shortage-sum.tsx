import { Amount } from "../../components/amount.tsx";
import { placesIn } from "../../money/amount-text.ts";
import { negated } from "../../money/decimal.ts";
import type { Shortage } from "../../words/refusal.ts";

/** How what was available came about, as one would add it up by hand. */
export function ShortageSum({ shortage }: { shortage: Shortage }) {
  const { currency, posted, held, minimumBalance, available, required, missing } = shortage;
  const rows = [
    ["Balance", posted, false],
    ["Set aside by holds", negated(held), false],
    ["Its limit: what it may owe, or must keep", negated(minimumBalance), false],
    ["Available", available, true],
    ["Asked for", required, false],
    ["Missing", missing, true],
  ] as const;
  const places = placesIn(
    rows.map(([, text]) => text),
    0,
  );
  return (
    <table class="sum">
      <caption class="unseen">How what was available came about, in {currency}</caption>
      <tbody>
        {rows.map(([label, text, isTotal]) => (
          <tr key={label} class={isTotal ? "total" : undefined}>
            <th scope="row">{label}</th>
            <td class="number">
              <Amount of={text} currency={currency} places={places} withCurrency />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
