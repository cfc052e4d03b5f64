import type { ConnectError } from "@connectrpc/connect";
import type { Operation, Receipt } from "../../domain/command.ts";
import type { Transfer } from "../../domain/perform/transfer.ts";
import type { CommandRefusal } from "../../domain/refusal.ts";
import type { Call } from "../shared/call.ts";
import { errorOf, outcomeOf } from "../shared/errors.ts";
import type { Form } from "../shared/form.ts";

const keyHeader = "idempotency-key";
/** Says on an answer that its key had been used, and nothing was booked again. */
const replayHeader = "idempotency-replayed";

/** The idempotency key of a call; null where it has none. Edge itself has no such thing. */
export function keyOf(form: Form, call: Call): string | null {
  return form.key("idempotency-key", call.requestHeader.get(keyHeader) ?? "");
}

/** Books one operation, or throws its refusal in Edge's words. */
export async function submit(call: Call, of: { orgId: string; operation: Operation }): Promise<Transfer> {
  const { orgId, operation } = of;
  const command = { orgId, operations: [operation], dryRun: false } as const;
  const verdict = await call.submit(command);
  if (verdict.outcome === "refused") throw edgeError(verdict.refused[0].refusal);
  const [receipt] = verdict.receipts;
  if (receipt.replay) call.responseHeader.set(replayHeader, "true");
  return transferOf(receipt);
}

function transferOf({ change }: Receipt): Transfer {
  if (change.booked === null) throw new Error(`operation ${change.id} booked nothing`);
  return change.booked.transfer;
}

/** Edge's clients look for what is missing between square brackets. */
function edgeError(refusal: CommandRefusal): ConnectError {
  if (refusal.reason !== "INSUFFICIENT_FUNDS") return errorOf(refusal);
  const { message, metadata } = outcomeOf(refusal);
  const missing = refusal.required.minus(refusal.available).toString();
  return errorOf(refusal, {
    message: `${message}; missing [${missing}]`,
    metadata: { ...metadata, missing },
  });
}
