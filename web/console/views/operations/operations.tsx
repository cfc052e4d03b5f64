import { LedgerService, type Transfer } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { useShownCall } from "../../api/shown-calls.ts";
import { Amount } from "../../components/amount.tsx";
import { Page } from "../../components/page.tsx";
import { Empty, Loading, Problem } from "../../components/states.tsx";
import { type Column, RowLink, Table } from "../../components/table.tsx";
import { Time } from "../../components/time.tsx";
import { placesIn } from "../../money/amount-text.ts";
import { transferText } from "../../words/kinds.ts";
import { customerHref, transferHref } from "../places.ts";
import type { ViewProps } from "../view.ts";
import { rowsMax } from "./feed.ts";
import { useFollowed } from "./use-followed.ts";

/** What is booked, as it is booked. */
export default function Operations({ organization }: ViewProps) {
  const followed = useFollowed(organization);
  const { shown, waitingCount, count, isPaused, failure, isFollowing, pause, resume } = followed;
  const request = { organization, ascending: true, fromNow: true };
  useShownCall({ method: LedgerService.method.listTransfers, request }, organization);
  const action = (
    <button type="button" onClick={isPaused ? resume : pause}>
      {isPaused ? `Resume${waitingCount > 0 ? `, ${waitingCount} new` : ""}` : "Pause"}
    </button>
  );
  return (
    <Page title="Operations" about="What is booked, from now on" actions={action}>
      {failure !== undefined && <Problem failure={failure} />}
      <p class="quiet" role="status">
        {isFollowing &&
          `${isPaused ? "Paused" : "Following"}: ${count} since you came.${count > rowsMax ? ` The newest ${rowsMax} are shown.` : ""}`}
      </p>
      {!isFollowing && failure === undefined && <Loading what="the newest" />}
      {isFollowing && shown.length === 0 && (
        <Empty>Nothing was booked since you came. It appears by itself.</Empty>
      )}
      {shown.length > 0 && (
        <Table
          caption="Transfers, newest first"
          rows={shown}
          keyOf={({ id }) => id}
          columns={columnsOf(organization, shown)}
        />
      )}
    </Page>
  );
}

function columnsOf(organization: string, shown: readonly Transfer[]): readonly Column<Transfer>[] {
  const places = placesIn(
    shown.map(({ amount }) => amount),
    0,
  );
  return [
    {
      title: "Time",
      cell: ({ id, createTime }) => (
        <RowLink href={transferHref(organization, id)}>
          <Time of={createTime} />
        </RowLink>
      ),
    },
    { title: "What", cell: ({ kind }) => transferText(kind) },
    {
      title: "Amount",
      isNumber: true,
      cell: ({ amount, currency }) => <Amount of={amount} currency={currency} places={places} withCurrency />,
    },
    {
      title: "Customer",
      isText: true,
      cell: ({ customerId }) => (
        <a href={customerHref(organization, customerId)}>
          <code>{customerId}</code>
        </a>
      ),
    },
    { title: "Other side", cell: ({ counterAccount }) => counterAccount || "another customer" },
    { title: "What for", isText: true, cell: ({ description, source }) => description || source },
    { title: "Key", isText: true, cell: ({ key }) => <code>{key}</code> },
  ];
}
