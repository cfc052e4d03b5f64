import type { Entry } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { balanceOf } from "../../../domain/account.ts";
import type { Amount } from "../../../domain/amount.ts";
import { type Recorded, type Side, transferOf } from "../../../domain/recorded.ts";
import type { Line } from "../../../store/books/statements.ts";
import { timestampOf, type Whole } from "../../shared/proto.ts";
import { transferMessage } from "./messages.ts";

/** Whose account it is of which an entry is shown. */
export interface EntryAccount {
  readonly accountId: string;
  readonly customerId: string;
}

/** An entry of a customer's account. */
export function entryMessage(
  { accountId, customerId }: EntryAccount,
  { version, at, amount, posted, transfer }: Line,
): Entry {
  return {
    $typeName: "tallystick.v1.Entry",
    version: BigInt(version),
    amount: amount.toString(),
    posted: posted.toString(),
    transfer: transferMessage(transfer),
    effectiveTime: timestampOf(at),
    accountId,
    customerId,
    counterAccount: "",
  } satisfies Whole<Entry>;
}

/** Both entries of a booking, the payer's first. */
export function entriesOf(recorded: Recorded): Entry[] {
  const { from, to, amount } = recorded;
  const transfer = transferOf(recorded);
  if (transfer === null || to === null) throw new Error(`operation ${recorded.id} moved nothing`);
  const message = transferMessage(transfer);
  const sideOf = ({ account, at }: Side, signed: Amount): Entry => {
    const { id, owner, version } = account;
    const entry = { $typeName: "tallystick.v1.Entry", amount: signed.toString(), transfer: message } as const;
    const effectiveTime = timestampOf(at);
    // What is kept of a counter-account is kept in several places, each with versions and a balance of its own.
    return "counter" in owner
      ? ({
          ...entry,
          effectiveTime,
          counterAccount: owner.counter,
          version: 0n,
          posted: "",
          accountId: "",
          customerId: "",
        } satisfies Whole<Entry>)
      : ({
          ...entry,
          effectiveTime,
          counterAccount: "",
          customerId: owner.customerId,
          accountId: id,
          version: BigInt(version),
          posted: balanceOf(account).toString(),
        } satisfies Whole<Entry>);
  };
  return [sideOf(from, amount.negated()), sideOf(to, amount)];
}
