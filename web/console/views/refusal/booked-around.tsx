import { LedgerService, type Transfer } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { OrganizationService } from "../../../../gen/tallystick/v1/organization_pb.ts";
import type { Refusal } from "../../../../gen/tallystick/v1/refusal_pb.ts";
import { useAnswer } from "../../api/use-answer.ts";
import { Amount } from "../../components/amount.tsx";
import { Section } from "../../components/page.tsx";
import { Empty, Loading, Problem } from "../../components/states.tsx";
import { RowLink, Table } from "../../components/table.tsx";
import { Time } from "../../components/time.tsx";
import { transferText } from "../../words/kinds.ts";
import { operationIdsOf } from "../../words/operation-id.ts";
import { timestampOf } from "../../words/time.ts";
import { transferHref } from "../places.ts";

interface BookedAroundProps {
  readonly organization: string;
  readonly customer: string;
  readonly at: Date;
  readonly refusal: Refusal;
}

const beforeMax = 10;

/** What was booked last before a refusal, and whether the same key was booked after it. */
export function BookedAround({ organization, customer, at, refusal }: BookedAroundProps) {
  const before = useAnswer(LedgerService.method.listTransfers, {
    ...{ organization, customer, endTime: timestampOf(at), pageSize: beforeMax },
  });
  const { customerId, key, kind } = refusal;
  const { answer: found } = useAnswer(
    OrganizationService.method.getOrganization,
    key === "" ? undefined : { organization },
  );
  const organizationId = found?.organization?.id;
  const ids = organizationId === undefined ? [] : operationIdsOf({ organizationId, customerId, key, kind });
  const { failure } = before;
  return (
    <>
      {ids.map((id) => (
        <AskedAgain key={id} organization={organization} id={id} />
      ))}
      <Section title="What was booked last before it">
        {failure !== undefined && <Problem failure={failure} retry={before.reload} />}
        {failure === undefined && before.answer === undefined && <Loading what="what was booked" />}
        {before.answer !== undefined && (
          <Booked organization={organization} transfers={before.answer.transfers} />
        )}
      </Section>
    </>
  );
}

/** What was not booked is not found, and nothing is said of it. */
function AskedAgain({ organization, id }: { organization: string; id: string }) {
  const { answer } = useAnswer(LedgerService.method.getTransfer, { organization, transfer: id });
  const retry = answer?.transfer;
  if (retry === undefined) return null;
  return (
    <p class="state done">
      Asked again with the same key, it was <a href={transferHref(organization, retry.id)}>booked</a> at{" "}
      <Time of={retry.createTime} />.
    </p>
  );
}

function Booked({ organization, transfers }: { organization: string; transfers: readonly Transfer[] }) {
  if (transfers.length === 0) return <Empty>Nothing was.</Empty>;
  return (
    <Table
      caption="Transfers before the refusal, newest first"
      rows={transfers}
      keyOf={({ id }) => id}
      columns={[
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
          cell: ({ amount, currency }) => <Amount of={amount} currency={currency} withCurrency />,
        },
        { title: "What for", isText: true, cell: ({ description, source }) => description || source },
      ]}
    />
  );
}
