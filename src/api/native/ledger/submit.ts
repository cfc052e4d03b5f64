import type { Operation, Receipt } from "../../../domain/command.ts";
import type { Call } from "../../shared/call.ts";
import { errorOf } from "../../shared/errors.ts";

/** Does one operation and answers its receipt, or throws the error of its refusal. */
export async function submitOne(
  call: Call,
  of: { orgId: string; operation: Operation; dryRun: boolean },
): Promise<Receipt> {
  const { orgId, operation, dryRun } = of;
  const verdict = await call.submit({ orgId, operations: [operation], dryRun });
  if (verdict.outcome === "done") return verdict.receipts[0];
  throw errorOf(verdict.refused[0].refusal);
}
