import type { Ceiling } from "../../../../gen/tallystick/v1/currency_pb.ts";
import type { Customer } from "../../../../gen/tallystick/v1/customer_pb.ts";
import type { Account } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { useOrganization } from "../../app/organization.tsx";
import { Amount } from "../../components/amount.tsx";
import { Facts } from "../../components/facts.tsx";
import { Time } from "../../components/time.tsx";
import { amountText, moneyText } from "../../money/amount-text.ts";
import { ceilingSentence } from "../../words/ceiling.ts";
import { limitSentence } from "../../words/limit.ts";

interface AccountTileProps {
  readonly account: Account;
  readonly customer: Customer;
  /** That of its currency; undefined where none is set. */
  readonly ceiling: Ceiling | undefined;
}

/** What a customer has in one currency, and what limits it. */
export function AccountTile({ account, customer, ceiling }: AccountTileProps) {
  const { placesOf } = useOrganization();
  const { currency, posted, held, available, funded, spent, withdrawn, updateTime } = account;
  const money = (text: string) => moneyText(text, currency, placesOf(currency));
  const rows = [
    ["Balance", posted],
    ["Held", held],
    ["Came in", funded],
    ["Spent", spent],
    ["Taken back", withdrawn],
  ] as const;
  return (
    <section class="card">
      <h2>{currency}</h2>
      <p class="big">
        <Amount of={available} currency={currency} withCurrency />
      </p>
      <p class="quiet">available</p>
      <Facts
        areAmounts
        of={rows.map(([label, text]) => [label, <Amount key={label} of={text} currency={currency} />])}
      />
      <p>{limitSentence(account, customer, money)}</p>
      {account.captureOverdraft !== undefined && account.captureOverdraft !== "" && (
        <p>Captures may go {money(account.captureOverdraft)} below that.</p>
      )}
      {ceiling !== undefined && <p class="quiet">{ceilingSentence(ceiling, money)}</p>}
      <p class="quiet">
        {amountText(account.version.toString(), 0)} entries, the newest at <Time of={updateTime} />
      </p>
    </section>
  );
}
