import {
  type BalanceSnapshot,
  type Hold as HoldMessage,
  HoldState as HoldStateMessage,
  TransferKind as KindMessage,
  type Receipt as ReceiptMessage,
  type Transfer as TransferMessage,
} from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { type AccountState, availableOf, balanceOf } from "../../../domain/account.ts";
import { Amount } from "../../../domain/amount.ts";
import type { Receipt } from "../../../domain/command.ts";
import type { Hold, HoldState } from "../../../domain/hold.ts";
import type { Transfer, TransferKind } from "../../../domain/perform/transfer.ts";
import { structOf, timestampOf, type Whole } from "../../shared/proto.ts";

export const kindMessages: Record<TransferKind, KindMessage> = {
  credit: KindMessage.CREDIT,
  charge: KindMessage.CHARGE,
  adjustment: KindMessage.ADJUSTMENT,
  transfer: KindMessage.TRANSFER,
  refund: KindMessage.REFUND,
  capture: KindMessage.CAPTURE,
};

export const holdStateMessages: Record<HoldState, HoldStateMessage> = {
  active: HoldStateMessage.ACTIVE,
  captured: HoldStateMessage.CAPTURED,
  released: HoldStateMessage.RELEASED,
  expired: HoldStateMessage.EXPIRED,
};

export function receiptMessage({ change, replay }: Receipt): ReceiptMessage {
  const { account, posted, held } = change;
  const before = { ...account, funded: account.funded.minus(posted), held: account.held.minus(held) };
  return {
    $typeName: "tallystick.v1.Receipt",
    transfer: change.booked === null ? undefined : transferMessage(change.booked.transfer),
    hold: change.hold === null ? undefined : holdMessage(change.hold),
    accountId: account.id,
    accountVersion: BigInt(account.version),
    before: snapshot(before),
    after: snapshot(account),
    replay,
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
    key: transfer.key ?? "",
    kind: kindMessages[kind],
    customerId: "customerId" in customer ? customer.customerId : "",
    counterAccount: "role" in other ? other.role : "",
    toCustomerId: "customerId" in other ? other.customerId : "",
    amount: signed.toString(),
    currency: transfer.currency,
    source: transfer.source,
    description: transfer.description,
    userId: transfer.userId,
    metadata: structOf(transfer.metadata),
    refundOf: transfer.refundOf ?? "",
    holdId: transfer.holdId ?? "",
    createTime: timestampOf(transfer.createdAt),
  } satisfies Whole<TransferMessage>;
}

export function holdMessage(hold: Hold): HoldMessage {
  return {
    $typeName: "tallystick.v1.Hold",
    id: hold.id,
    key: hold.key ?? "",
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
  } satisfies Whole<HoldMessage>;
}

function snapshot(
  account: Pick<AccountState, "funded" | "spent" | "held" | "minimumBalance">,
): BalanceSnapshot {
  const posted = balanceOf(account);
  return {
    $typeName: "tallystick.v1.BalanceSnapshot",
    posted: posted.toString(),
    held: account.held.toString(),
    available: (availableOf(account, posted) ?? Amount.zero).toString(),
  } satisfies Whole<BalanceSnapshot>;
}
