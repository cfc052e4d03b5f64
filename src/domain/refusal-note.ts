import type { AccountRef } from "./account.ts";
import type { Operation } from "./asked-operation.ts";
import type { Command } from "./command.ts";
import type { OperationKind } from "./operation.ts";
import { keyText } from "./recorded.ts";
import type { CommandRefusal } from "./refusal.ts";
import { refusalFigures } from "./refusal-figures.ts";
import { hasConflict, type RefusedOperation } from "./verdict.ts";

/** The record of a refused operation: why it was refused, and who asked for it. */
export interface RefusalNote {
  readonly reason: string;
  readonly figures: Readonly<Record<string, string>>;
  /** What was asked for. */
  readonly kind: OperationKind;
  readonly customerId?: string | undefined;
  /** Null where it had none. */
  readonly key: string | null;
  readonly createdBy: string;
  readonly requestId: string;
  /** When it was refused; left out: when the note is written. */
  readonly at?: Date;
}

const reasons: Readonly<Record<CommandRefusal["reason"], true>> = {
  ORGANIZATION_DISABLED: true,
  NOT_FOUND: true,
  NOT_REFUNDABLE: true,
  NOT_REVERSIBLE: true,
  NO_ACCOUNT: true,
  CURRENCY_NOT_USABLE: true,
  TOO_MANY_PLACES: true,
  TOP_UP_TOO_SMALL: true,
  SAME_CUSTOMER: true,
  INSUFFICIENT_FUNDS: true,
  CUSTOMER_DISABLED: true,
  CUSTOMER_DELETED: true,
  KEY_CONFLICT: true,
  KEY_REUSED: true,
  REFUND_TOO_LARGE: true,
  HOLD_NOT_ACTIVE: true,
  HOLD_EXCEEDED: true,
  ADJUSTMENT_TOO_LARGE: true,
  REVERSAL_TOO_LARGE: true,
  CEILING_EXCEEDED: true,
  BALANCE_OUT_OF_RANGE: true,
};

/** The reasons that a note may have. */
export const notedReasons: readonly string[] = Object.keys(reasons);

/** A note for each operation that was refused; none for dry runs, and none where the caller asks again before it answers. */
export function refusalNotes(
  { operations, dryRun, asksAgain, by }: Pick<Command, "operations" | "dryRun" | "asksAgain" | "by">,
  refused: readonly RefusedOperation[],
): RefusalNote[] {
  if (dryRun || (asksAgain && hasConflict(refused))) return [];
  return refused.flatMap(({ index, refusal }) => {
    const operation = operations[index];
    if (operation === undefined) return [];
    return [
      {
        reason: refusal.reason,
        figures: refusalFigures(refusal),
        kind: operation.type === "transfer" ? operation.kind : operation.type,
        customerId: "customerId" in refusal ? refusal.customerId : customerOf(operation),
        key: operation.key === null ? null : keyText(operation),
        createdBy: by.actor,
        requestId: by.requestId,
      },
    ];
  });
}

function customerOf(operation: Operation): string | undefined {
  switch (operation.type) {
    case "transfer":
    case "hold":
      return operation.customer.id;
    case "refund":
    case "reversal":
      return ownerOf(operation.origin?.customer);
    default:
      return ownerOf(operation.on?.account);
  }
}

function ownerOf(account: AccountRef | undefined): string | undefined {
  return account !== undefined && "customerId" in account.owner ? account.owner.customerId : undefined;
}
