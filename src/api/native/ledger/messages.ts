import {
  type BalanceSnapshot,
  ExpiryPolicy as ExpiryMessage,
  type Hold as HoldMessage,
  HoldState as HoldStateMessage,
  TransferKind as KindMessage,
  type Receipt as ReceiptMessage,
  type Transfer as TransferMessage,
} from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { type AccountAfter, balanceOf } from "../../../domain/account.ts";
import { Amount } from "../../../domain/amount.ts";
import type { ExpiryPolicy, Hold, HoldState } from "../../../domain/hold.ts";
import type { TransferKind } from "../../../domain/operation.ts";
import {
  customerSide,
  keyText,
  postedBefore,
  type Receipt,
  type Recorded,
  type Transfer,
  transferOf,
} from "../../../domain/recorded.ts";
import { structOf, timestampOf, type Whole } from "../../shared/proto.ts";

export const kindMessages: Record<TransferKind, KindMessage> = {
  credit: KindMessage.CREDIT,
  charge: KindMessage.CHARGE,
  adjustment: KindMessage.ADJUSTMENT,
  transfer: KindMessage.TRANSFER,
  refund: KindMessage.REFUND,
  capture: KindMessage.CAPTURE,
  reversal: KindMessage.REVERSAL,
};

export const holdStateMessages: Record<HoldState, HoldStateMessage> = {
  active: HoldStateMessage.ACTIVE,
  captured: HoldStateMessage.CAPTURED,
  released: HoldStateMessage.RELEASED,
  expired: HoldStateMessage.EXPIRED,
};

const expiryMessages: Record<ExpiryPolicy, ExpiryMessage> = {
  release: ExpiryMessage.RELEASE,
  capture: ExpiryMessage.CAPTURE,
};

export function receiptMessage({ recorded, hold, replay }: Receipt): ReceiptMessage {
  const { account } = customerSide(recorded);
  const transfer = transferOf(recorded);
  const posted = balanceOf(account);
  return {
    $typeName: "tallystick.v1.Receipt",
    transfer: transfer === null ? undefined : transferMessage(transfer),
    hold: hold === null ? undefined : holdMessage(hold),
    accountId: account.id,
    accountVersion: BigInt(account.version),
    accountSequence: BigInt(account.sequence),
    before: snapshot(account, postedBefore(recorded, posted), heldBefore(recorded, account)),
    after: snapshot(account, posted, account.held),
    replay,
    createdBy: recorded.createdBy,
    uncollected: uncollectedOf(recorded),
  } satisfies Whole<ReceiptMessage>;
}

export function transferMessage(transfer: Transfer): TransferMessage {
  const { from, to, kind, amount } = transfer;
  const isPaying = "customerId" in from;
  const [customer, other] = isPaying ? [from, to] : [to, from];
  const signed = kind === "adjustment" && isPaying ? amount.negated() : amount;
  return {
    $typeName: "tallystick.v1.Transfer",
    id: transfer.id,
    key: keyText(transfer),
    kind: kindMessages[kind],
    customerId: "customerId" in customer ? customer.customerId : "",
    counterAccount: "counter" in other ? other.counter : "",
    toCustomerId: "customerId" in other ? other.customerId : "",
    amount: signed.toString(),
    currency: transfer.currency,
    source: transfer.source,
    description: transfer.description,
    userId: transfer.userId,
    metadata: structOf(transfer.metadata),
    refundOf: (kind === "refund" ? transfer.refersTo : null) ?? "",
    reversalOf: (kind === "reversal" ? transfer.refersTo : null) ?? "",
    holdId: transfer.holdId ?? "",
    createdBy: transfer.createdBy,
    createTime: timestampOf(transfer.createdAt),
  } satisfies Whole<TransferMessage>;
}

export function holdMessage(hold: Hold): HoldMessage {
  return {
    $typeName: "tallystick.v1.Hold",
    id: hold.id,
    key: keyText(hold),
    customerId: hold.customerId,
    accountId: hold.accountId,
    amount: hold.amount.toString(),
    currency: hold.currency,
    captured: hold.captured.toString(),
    remaining: hold.remaining.toString(),
    state: holdStateMessages[hold.state],
    expireTime: timestampOf(hold.expiresAt),
    source: hold.source,
    description: hold.description,
    userId: hold.userId,
    metadata: structOf(hold.metadata),
    createTime: timestampOf(hold.createdAt),
    onExpiry: expiryMessages[hold.onExpiry],
  } satisfies Whole<HoldMessage>;
}

function heldBefore({ hold }: Recorded, { held }: AccountAfter): Amount {
  return hold === null ? held : held.minus(hold.heldChange);
}

function snapshot({ minimumBalance }: AccountAfter, posted: Amount, held: Amount): BalanceSnapshot {
  const available = minimumBalance === null ? Amount.zero : posted.minus(held).minus(minimumBalance);
  return {
    $typeName: "tallystick.v1.BalanceSnapshot",
    posted: posted.toString(),
    held: held.toString(),
    available: available.toString(),
  } satisfies Whole<BalanceSnapshot>;
}

/** What a capture asked for and did not get. */
function uncollectedOf({ kind, asked, amount }: Recorded): string {
  const wanted = kind === "capture" ? asked?.["amount"] : undefined;
  if (wanted === undefined || wanted === null) return "";
  const missing = Amount.of(wanted).minus(amount);
  return missing.isPositive() ? missing.toString() : "";
}
