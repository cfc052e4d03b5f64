import type { Account, BalanceSnapshot, Receipt } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { difference, isZero } from "../../money/decimal.ts";
import { Amount } from "../amount.tsx";
import { Facts } from "../facts.tsx";

/** What an answer to an operation says of a balance. */
export interface Effect {
  readonly receipt?: Receipt | undefined;
  readonly account?: Account | undefined;
}

const rows = [
  ["posted", "Balance"],
  ["held", "Held"],
  ["available", "Available"],
] as const;

export function EffectTable({ receipt, account }: Effect) {
  if (account !== undefined) return <AccountAfter account={account} />;
  if (receipt?.before === undefined || receipt.after === undefined) return null;
  const { before, after } = receipt;
  const currency = receipt.transfer?.currency || receipt.hold?.currency || "";
  return (
    <table class="sum">
      <caption class="unseen">The balance before and after</caption>
      <thead>
        <tr>
          <th scope="col">{currency}</th>
          <th scope="col" class="number">
            Before
          </th>
          <th scope="col" class="number">
            After
          </th>
          <th scope="col" class="number">
            Change
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, label]) => (
          <Row key={name} label={label} name={name} before={before} after={after} currency={currency} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly label: string;
  readonly name: (typeof rows)[number][0];
  readonly before: BalanceSnapshot;
  readonly after: BalanceSnapshot;
  readonly currency: string;
}

function Row({ label, name, before, after, currency }: RowProps) {
  const change = difference(after[name], before[name]);
  return (
    <tr>
      <th scope="row">{label}</th>
      <td class="number">
        <Amount of={before[name]} currency={currency} />
      </td>
      <td class="number">
        <Amount of={after[name]} currency={currency} />
      </td>
      <td class="number">
        {isZero(change) ? <span class="quiet">–</span> : <Amount of={change} currency={currency} />}
      </td>
    </tr>
  );
}

function AccountAfter({ account }: { account: Account }) {
  const { currency, minimumBalance, available, posted } = account;
  return (
    <Facts
      of={[
        ["Balance", <Amount key="posted" of={posted} currency={currency} withCurrency />],
        ["May go down to", <Amount key="minimum" of={minimumBalance} currency={currency} withCurrency />],
        ["Available then", <Amount key="available" of={available} currency={currency} withCurrency />],
      ]}
    />
  );
}
