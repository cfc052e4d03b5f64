import type { CurrencyTotals, GetTotalsResponse } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import type { Answered } from "../../api/use-answer.ts";
import { useOrganization } from "../../app/organization.tsx";
import { Amount } from "../../components/amount.tsx";
import { Section } from "../../components/page.tsx";
import { Empty, Loading, Problem } from "../../components/states.tsx";
import { placesIn } from "../../money/amount-text.ts";
import { isZero } from "../../money/decimal.ts";
import { trialBalanceOf } from "./trial-balance.ts";

/** What all accounts hold together: both sides of each currency, down to zero. */
export function Totals({ answered }: { answered: Answered<GetTotalsResponse> }) {
  const { answer, failure, isLoading, reload } = answered;
  const again = (
    <button type="button" onClick={reload} disabled={isLoading}>
      Read again
    </button>
  );
  return (
    <Section title="Totals" aside={again}>
      {failure !== undefined && <Problem failure={failure} retry={reload} />}
      {failure === undefined && answer === undefined && <Loading what="the totals" />}
      {answer?.totals.length === 0 && <Empty>Nothing was booked yet.</Empty>}
      <div class="books">
        {answer?.totals.map((totals) => (
          <TrialBalance key={totals.currency} totals={totals} />
        ))}
      </div>
      <p class="quiet">
        The balances of all accounts, read as of one moment: money that a customer has is money that a
        counter-account gave.
      </p>
    </Section>
  );
}

function TrialBalance({ totals }: { totals: CurrencyTotals }) {
  const { placesOf } = useOrganization();
  const { currency, customers } = totals;
  const { rows, sum } = trialBalanceOf(totals);
  const places = placesIn([...rows.map(({ posted }) => posted), sum], placesOf(currency));
  const amount = (of: string) => <Amount of={of} currency={currency} places={places} />;
  return (
    <section class="card">
      <h3>{currency}</h3>
      <div class="table-frame">
        <table>
          <caption class="unseen">Totals in {currency}</caption>
          <tbody>
            {rows.map(({ label, posted, isPart }) => (
              <tr key={label} class={isPart ? "part" : undefined}>
                <th scope="row">{label}</th>
                <td class="number">{amount(posted)}</td>
              </tr>
            ))}
            <tr class="total">
              <th scope="row">Together</th>
              <td class="number">{amount(sum)}</td>
            </tr>
          </tbody>
        </table>
      </div>
      {customers === undefined && (
        <p class="quiet">
          There are more than 1,000,000 accounts of customers, so they were not summed up: theirs is what the
          counter-accounts say.
        </p>
      )}
      {!isZero(sum) && (
        <p class="state problem" role="alert">
          They do not come to zero. Verify the ledger.
        </p>
      )}
    </section>
  );
}
