import { Permission } from "../../../../gen/tallystick/options/v1/options_pb.ts";
import {
  type Entry,
  LedgerService,
  type Transfer,
  TransferKind,
} from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { useAnswer } from "../../api/use-answer.ts";
import { useMay } from "../../app/console.ts";
import { Amount } from "../../components/amount.tsx";
import { Section } from "../../components/page.tsx";
import { Problem } from "../../components/states.tsx";
import { Table } from "../../components/table.tsx";
import { difference, isNegative, negated } from "../../money/decimal.ts";
import { dateOf, timestampOf } from "../../words/time.ts";
import { customerHref } from "../places.ts";

interface Side {
  readonly name: string;
  /** Undefined for a counter-account. */
  readonly customer?: string;
  /** Signed, as it is booked there. */
  readonly amount: string;
}

/** Kinds that give the customer something; an adjustment says by its sign. */
const giving = new Set([TransferKind.CREDIT, TransferKind.REFUND]);

function sidesOf({
  kind,
  amount,
  customerId,
  counterAccount,
  toCustomerId,
}: Transfer): readonly [Side, Side] {
  const isGiven = giving.has(kind) || (kind === TransferKind.ADJUSTMENT && !isNegative(amount));
  const size = isNegative(amount) ? negated(amount) : amount;
  const own = isGiven ? size : negated(size);
  const other = { amount: negated(own) };
  return [
    { name: "the customer", customer: customerId, amount: own },
    counterAccount === ""
      ? { name: "the customer that was paid", customer: toCustomerId, ...other }
      : { name: counterAccount, ...other },
  ];
}

export function Sides({ organization, transfer }: { organization: string; transfer: Transfer }) {
  const { currency } = transfer;
  const entry = useEntry(organization, transfer);
  const [own] = sidesOf(transfer);
  return (
    <Section title="Both sides">
      <Table
        caption="The two entries of the transfer"
        rows={sidesOf(transfer)}
        keyOf={({ name }) => name}
        columns={[
          {
            title: "Account",
            cell: ({ name, customer }) =>
              customer === undefined ? name : <a href={customerHref(organization, customer)}>{name}</a>,
          },
          {
            title: "Amount",
            isNumber: true,
            cell: ({ amount }) => <Amount of={amount} currency={currency} withCurrency />,
          },
          {
            title: "Balance before",
            isNumber: true,
            cell: (side) =>
              side.name === own.name &&
              entry.found !== undefined && (
                <Amount of={difference(entry.found.posted, entry.found.amount)} currency={currency} />
              ),
          },
          {
            title: "Balance after",
            isNumber: true,
            cell: (side) =>
              side.name === own.name &&
              entry.found !== undefined && <Amount of={entry.found.posted} currency={currency} />,
          },
          {
            title: "Version",
            isNumber: true,
            cell: (side) => side.name === own.name && entry.found?.version.toString(),
          },
        ]}
      />
      {entry.failure !== undefined && <Problem failure={entry.failure} retry={entry.reload} />}
    </Section>
  );
}

const entriesMax = 1_000;

/** The line of the customer's statement that the transfer is. */
function useEntry(organization: string, transfer: Transfer) {
  const mayRead = useMay()(Permission.READ);
  const { customerId: customer, currency, createTime, id } = transfer;
  const accounts = useAnswer(
    LedgerService.method.listAccounts,
    mayRead ? { organization, customer, pageSize: 1_000 } : undefined,
  );
  const account = accounts.answer?.accounts.find((each) => each.currency === currency);
  const at = dateOf(createTime);
  const statement = useAnswer(
    LedgerService.method.listEntries,
    account &&
      at && {
        organization,
        account: account.id,
        startTime: timestampOf(at),
        endTime: timestampOf(new Date(at.getTime() + 1)),
        pageSize: entriesMax,
      },
  );
  const found: Entry | undefined = statement.answer?.entries.find((entry) => entry.transfer?.id === id);
  return { found, failure: accounts.failure ?? statement.failure, reload: statement.reload };
}
