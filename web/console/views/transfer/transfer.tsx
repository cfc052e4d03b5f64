import {
  LedgerService,
  TransferKind,
  type Transfer as TransferMessage,
} from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { useAnswer } from "../../api/use-answer.ts";
import { useOrganization } from "../../app/organization.tsx";
import { Amount } from "../../components/amount.tsx";
import { type Fact, Facts } from "../../components/facts.tsx";
import { refund, reverse } from "../../components/operation/on-transfer.ts";
import { OperationButton } from "../../components/operation/operation-button.tsx";
import { Page, Section } from "../../components/page.tsx";
import { Loading, Problem } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import { moneyText } from "../../money/amount-text.ts";
import { transferText } from "../../words/kinds.ts";
import { customerHref, transferHref } from "../places.ts";
import type { ViewProps } from "../view.ts";
import { Sides } from "./sides.tsx";

/** One transfer: both sides, what it did to the customer's balance, and who asked for it. */
export default function Transfer({ organization, parameters }: ViewProps) {
  const { transfer: id = "" } = parameters;
  const { placesOf } = useOrganization();
  const { answer, failure, reload } = useAnswer(LedgerService.method.getTransfer, {
    organization,
    transfer: id,
  });
  const transfer = answer?.transfer;
  if (transfer === undefined)
    return (
      <Page title="Transfer">
        {failure === undefined ? (
          <Loading what="the transfer" />
        ) : (
          <Problem failure={failure} retry={reload} />
        )}
      </Page>
    );
  const about = <a href={customerHref(organization, transfer.customerId)}>The customer</a>;
  const kind = transferText(transfer.kind);
  return (
    <Page
      title={`${kind.replace(/^./, (letter) => letter.toUpperCase())} of ${moneyText(transfer.amount, transfer.currency, placesOf(transfer.currency))}`}
      about={about}
    >
      <div class="buttons section">
        {[TransferKind.CHARGE, TransferKind.CAPTURE].includes(transfer.kind) && (
          <OperationButton operation={refund({ organization, transfer })} done={reload} />
        )}
        {transfer.kind === TransferKind.CREDIT && (
          <OperationButton operation={reverse({ organization, transfer })} done={reload} />
        )}
      </div>
      <Sides organization={organization} transfer={transfer} />
      <Section title="Details">
        <Facts of={factsOf(organization, transfer)} />
      </Section>
    </Page>
  );
}

/** Nobody asks for what the service books by itself: a capture when its hold expires, and what a setting of it awards. */
function AskedBy({ transfer: { createdBy, kind } }: { transfer: TransferMessage }) {
  if (createdBy !== "") return <code>{createdBy}</code>;
  const isByTime = kind === TransferKind.CAPTURE;
  return <span class="quiet">{isByTime ? "nobody: its hold expired" : "nobody: the service by itself"}</span>;
}

function factsOf(organization: string, transfer: TransferMessage): Fact[] {
  const facts: Fact[] = [
    ["Id", <code key="id">{transfer.id}</code>],
    ["Key", <code key="key">{transfer.key || "none"}</code>],
    ["Amount", <Amount key="amount" of={transfer.amount} currency={transfer.currency} withCurrency />],
    ["Booked", <Time key="time" of={transfer.createTime} relative />],
    ["Asked by", <AskedBy key="by" transfer={transfer} />],
  ];
  const more = [
    ["Description", transfer.description],
    ["Source", transfer.source],
    ["User", transfer.userId],
    ["Hold", transfer.holdId],
  ] as const;
  for (const [label, text] of more) if (text !== "") facts.push([label, text]);
  const origin = transfer.refundOf || transfer.reversalOf;
  if (origin !== "")
    facts.push([
      transfer.refundOf === "" ? "Takes back" : "Gives back",
      <a key="origin" href={transferHref(organization, origin)}>
        {origin}
      </a>,
    ]);
  const { metadata } = transfer;
  if (metadata !== undefined && Object.keys(metadata).length > 0)
    facts.push(["Metadata", <code key="metadata">{JSON.stringify(metadata)}</code>]);
  return facts;
}
