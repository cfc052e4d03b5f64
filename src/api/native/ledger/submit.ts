import type { AskedOperation } from "../../../domain/asked-operation.ts";
import type { Receipt } from "../../../domain/recorded.ts";
import type { Call } from "../../shared/call.ts";
import { errorOf } from "../../shared/errors.ts";

/** Does one operation and answers its receipt, or throws the error of its refusal. */
export async function submitOne(call: Call, operation: AskedOperation, dryRun: boolean): Promise<Receipt> {
  const verdict = await call.submit([operation], { dryRun });
  if (verdict.outcome === "done") return verdict.receipts[0];
  throw errorOf(verdict.refused[0].refusal);
}
