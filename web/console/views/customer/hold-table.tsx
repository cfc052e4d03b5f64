import { type Hold, HoldState } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { Amount } from "../../components/amount.tsx";
import { capture, extend, release } from "../../components/operation/on-hold.ts";
import { OperationButton } from "../../components/operation/operation-button.tsx";
import { type Column, Table } from "../../components/table.tsx";
import { Countdown, Time } from "../../components/time.tsx";
import { placesIn } from "../../money/amount-text.ts";
import { holdStateText } from "../../words/kinds.ts";

interface HoldTableProps {
  readonly organization: string;
  readonly holds: readonly Hold[];
  done(): void;
}

export function HoldTable({ holds, ...props }: HoldTableProps) {
  return <Table caption="Holds" rows={holds} keyOf={({ id }) => id} columns={holdColumns(holds, props)} />;
}

export function holdColumns(
  holds: readonly Hold[],
  { organization, done }: Omit<HoldTableProps, "holds">,
): readonly Column<Hold>[] {
  const places = placesIn(
    holds.flatMap(({ amount, captured, remaining }) => [amount, captured, remaining]),
    0,
  );
  const amountOf = (name: "amount" | "captured" | "remaining", title: string): Column<Hold> => ({
    title,
    isNumber: true,
    cell: (hold) => <Amount of={hold[name]} currency={hold.currency} places={places} />,
  });
  return [
    { title: "Made", cell: ({ createTime }) => <Time of={createTime} /> },
    { title: "State", cell: ({ state }) => holdStateText(state) },
    {
      title: "Expires",
      cell: ({ state, expireTime }) =>
        state === HoldState.ACTIVE ? <Countdown to={expireTime} after="expired" /> : <Time of={expireTime} />,
    },
    amountOf("remaining", "Left"),
    amountOf("amount", "Of"),
    amountOf("captured", "Captured"),
    { title: "Currency", cell: ({ currency }) => currency },
    { title: "What for", isText: true, cell: ({ description, source }) => description || source },
    { title: "Key", isText: true, cell: ({ key }) => <code>{key}</code> },
    {
      title: "Do",
      cell: (hold) =>
        hold.state === HoldState.ACTIVE && (
          <span class="buttons">
            {[capture, release, extend].map((make) => {
              const operation = make({ organization, hold });
              return <OperationButton key={operation.id} operation={operation} done={done} />;
            })}
          </span>
        ),
    },
  ];
}
