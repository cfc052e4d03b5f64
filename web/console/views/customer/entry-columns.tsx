import type { Account, Entry } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { Amount } from "../../components/amount.tsx";
import { type Column, RowLink } from "../../components/table.tsx";
import { Time } from "../../components/time.tsx";
import { placesIn } from "../../money/amount-text.ts";
import { transferText } from "../../words/kinds.ts";
import { customerHref, transferHref } from "../places.ts";

export function entryColumns(
  organization: string,
  { currency, customerId }: Account,
  entries: readonly Entry[],
): readonly Column<Entry>[] {
  const places = placesIn(
    entries.flatMap(({ amount, posted }) => [amount, posted]),
    0,
  );
  return [
    {
      title: "Time",
      cell: ({ transfer }) => (
        <RowLink href={transferHref(organization, transfer?.id ?? "")}>
          <Time of={transfer?.createTime} />
        </RowLink>
      ),
    },
    { title: "What", cell: ({ transfer }) => transfer && transferText(transfer.kind) },
    {
      title: "Amount",
      isNumber: true,
      cell: ({ amount }) => <Amount of={amount} currency={currency} places={places} />,
    },
    {
      title: "Balance",
      isNumber: true,
      cell: ({ posted }) => <Amount of={posted} currency={currency} places={places} />,
    },
    {
      title: "Other side",
      cell: (entry) => <OtherSide entry={entry} organization={organization} customer={customerId} />,
    },
    { title: "What for", isText: true, cell: ({ transfer }) => transfer?.description || transfer?.source },
    { title: "Key", isText: true, cell: ({ transfer }) => <code>{transfer?.key}</code> },
  ];
}

function OtherSide({
  entry,
  organization,
  customer,
}: {
  entry: Entry;
  organization: string;
  customer: string;
}) {
  const { transfer } = entry;
  if (transfer === undefined) return null;
  if (transfer.counterAccount !== "") return <>{transfer.counterAccount}</>;
  const other = transfer.customerId === customer ? transfer.toCustomerId : transfer.customerId;
  return <a href={customerHref(organization, other)}>another customer</a>;
}
