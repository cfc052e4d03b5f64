import { useState } from "preact/hooks";
import { Permission } from "../../../../gen/tallystick/options/v1/options_pb.ts";
import { CurrencyService } from "../../../../gen/tallystick/v1/currency_pb.ts";
import type { Customer } from "../../../../gen/tallystick/v1/customer_pb.ts";
import { HoldState, LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { useAnswer } from "../../api/use-answer.ts";
import { useMay } from "../../app/console.ts";
import { useOrganization } from "../../app/organization.tsx";
import { Facts } from "../../components/facts.tsx";
import {
  adjust,
  changeState,
  charge,
  credit,
  hold,
  setLimit,
} from "../../components/operation/on-customer.ts";
import { OperationButton } from "../../components/operation/operation-button.tsx";
import { Section } from "../../components/page.tsx";
import { Empty, Loading, Problem } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import { isDisabled, paysText } from "../../words/customer.ts";
import { customerHref } from "../places.ts";
import type { ViewProps } from "../view.ts";
import { AccountTile } from "./account-tile.tsx";
import { BalanceChart } from "./balance-chart.tsx";
import { CustomerFrame } from "./customer-frame.tsx";
import { HoldTable } from "./hold-table.tsx";
import { LookedUpBalances } from "./looked-up-balances.tsx";

export default function Overview({ organization, parameters }: ViewProps) {
  const { customer = "" } = parameters;
  return (
    <CustomerFrame organization={organization} customer={customer} tab="">
      {(found, reload) => <OfCustomer organization={organization} customer={found} reload={reload} />}
    </CustomerFrame>
  );
}

/** The most that one answer holds. */
const listedMax = 1_000;
const holdsMax = 10;

interface OfCustomerProps {
  readonly organization: string;
  readonly customer: Customer;
  reload(): void;
}

function OfCustomer({ organization, customer, reload }: OfCustomerProps) {
  const mayRead = useMay()(Permission.READ);
  const { currencies } = useOrganization();
  const [changes, setChanges] = useState(0);
  const { id } = customer;
  const accounts = useAnswer(
    LedgerService.method.listAccounts,
    mayRead ? { organization, customer: id, pageSize: listedMax } : undefined,
  );
  const ceilings = useAnswer(
    CurrencyService.method.listCeilings,
    mayRead ? { organization, pageSize: listedMax } : undefined,
  );
  const holds = useAnswer(LedgerService.method.listHolds, {
    ...{ organization, customer: id, state: HoldState.ACTIVE, pageSize: holdsMax },
  });
  const known = accounts.answer?.accounts ?? [];
  const currency = known[0]?.currency ?? currencies[0]?.code ?? "VC";
  const changed = () => {
    setChanges(changes + 1);
    for (const each of [accounts, holds, { reload }]) each.reload();
  };
  const on = { organization, customer, currency };
  const disabled = isDisabled(customer) ? "The customer is disabled: enable it first." : undefined;
  return (
    <>
      {(!mayRead || accounts.answer !== undefined || accounts.failure !== undefined) && (
        <div class="buttons section">
          <OperationButton operation={credit(on)} done={changed} />
          <OperationButton operation={charge(on)} obstacle={disabled} done={changed} />
          <OperationButton operation={adjust(on)} done={changed} />
          <OperationButton operation={hold(on)} obstacle={disabled} done={changed} />
          <OperationButton operation={setLimit(on)} done={changed} />
          <OperationButton operation={changeState(on)} done={changed} />
        </div>
      )}
      {accounts.failure !== undefined && <Problem failure={accounts.failure} retry={accounts.reload} />}
      {mayRead && accounts.answer === undefined && accounts.failure === undefined && (
        <Loading what="its balances" />
      )}
      {mayRead && accounts.answer !== undefined && known.length === 0 && (
        <Empty>Nothing was booked for this customer yet. A credit makes its first account.</Empty>
      )}
      <div class="tiles">
        {known.map((account) => (
          <AccountTile
            key={account.id}
            account={account}
            customer={customer}
            ceiling={ceilings.answer?.ceilings.find(({ currency }) => currency === account.currency)}
          />
        ))}
        {!mayRead && <LookedUpBalances key={changes} organization={organization} customer={id} />}
      </div>
      {accounts.answer !== undefined && accounts.answer.nextPageToken !== "" && (
        <p class="quiet">The first {listedMax} currencies are shown; there are more.</p>
      )}
      {mayRead && known.length > 0 && (
        <BalanceChart organization={organization} accounts={known} changes={changes} />
      )}
      <Section title="Active holds" aside={<a href={customerHref(organization, id, "/holds")}>All holds</a>}>
        {holds.failure !== undefined && <Problem failure={holds.failure} retry={holds.reload} />}
        {holds.answer === undefined && holds.failure === undefined && <Loading what="its holds" />}
        {holds.answer !== undefined && holds.answer.holds.length === 0 && (
          <Empty>Nothing is set aside.</Empty>
        )}
        {holds.answer !== undefined && holds.answer.holds.length > 0 && (
          <HoldTable organization={organization} holds={holds.answer.holds} done={changed} />
        )}
        {holds.answer !== undefined && holds.answer.nextPageToken !== "" && (
          <p class="quiet">The newest {holdsMax} are shown; there are more.</p>
        )}
      </Section>
      <Section title="Details">
        <Facts
          of={[
            ["Id", <code key="id">{id}</code>],
            ["Pays", paysText(customer.billingType)],
            ["Created", <Time key="created" of={customer.createTime} relative />],
            ["Changed", <Time key="changed" of={customer.updateTime} relative />],
            ...Object.entries(customer.attributes).sort(),
          ]}
        />
      </Section>
    </>
  );
}
