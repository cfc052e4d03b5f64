import { Amount } from "../../domain/amount.ts";
import { type Identity, identityOf } from "../../domain/operation-id.ts";
import { isUuid } from "../../domain/uuid.ts";
import type { FrontierTransaction } from "./reading/rows.ts";
import type { Remark } from "./report.ts";
import type { BookableRow } from "./writing/facts.ts";

/** A customer's transaction, read as what the ledger can hold. Its id there is its key here. */
export interface ImportedTransaction extends BookableRow, Identity {
  readonly frontierId: string;
  readonly direction: "credit" | "debit";
  /** Above zero. */
  readonly amount: Amount;
  readonly source: string;
  readonly description: string;
  readonly userId: string;
  readonly metadata: string;
  /** Frontier's id of the charge that it gives back. */
  readonly revertOf: string | null;
}

/** A transaction that can be booked, or why it cannot. One of amount 0 moves nothing, and is no loss. */
export function importedTransaction(
  orgId: string,
  row: FrontierTransaction,
): { transaction: ImportedTransaction } | { empty: Remark } | { refused: Remark } {
  const { id: frontierId, accountId, type, metadata, createdAt, source, description, userId } = row;
  const remark = (says: string): Remark => ({ about: "transaction", id: frontierId, says });
  const amount = Amount.of(row.amount);
  if (type !== "credit" && type !== "debit")
    return { refused: remark(`has the type ${JSON.stringify(type)}, and not credit or debit`) };
  if (amount.equals(Amount.zero)) return { empty: remark("is of amount 0, which moves nothing") };
  if (amount.isNegative()) return { refused: remark(`has the amount ${amount}, which is below 0`) };
  if (metadata === null) return { refused: remark("has metadata that is no JSON object") };
  if (createdAt === null) return { refused: remark("has a time outside the years 1 to 9999") };
  const revertOf = row.revertOf !== null && isUuid(row.revertOf) ? row.revertOf.toLowerCase() : null;
  const { id, key } = identityOf(orgId, frontierId);
  return {
    transaction: {
      id,
      key,
      frontierId,
      customerId: accountId,
      direction: type,
      amount,
      source,
      description,
      userId,
      metadata,
      revertOf,
      refundOf: revertOf === null ? null : identityOf(orgId, revertOf).id,
      createdAt: new Date(createdAt),
    },
  };
}
