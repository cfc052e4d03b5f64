import type { CreateTransferRequest } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import type { TransferOperation } from "../../../domain/command.ts";
import { type Refusal, Refused } from "../../../domain/refusal.ts";
import type { Call } from "../../shared/call.ts";
import { Form } from "../../shared/form.ts";
import { holdersFor } from "../customer-name.ts";
import { narrowTransfer, type TransferRequest, transferOperation } from "./transfer-request.ts";

/** A transfer of a batch: what it asks of the ledger, or why it cannot. */
export type Line = { readonly operation: TransferOperation } | RefusedLine;

interface RefusedLine {
  readonly refusal: Refusal;
}

export function isRefused<T extends object>(line: T | RefusedLine): line is RefusedLine {
  return "refusal" in line;
}

/** The transfers of a batch. What is wrong with one is said of that one, by where it stands in the request. */
export async function batchLines(call: Call, rows: readonly CreateTransferRequest[]): Promise<Line[]> {
  const narrowed: (TransferRequest | RefusedLine)[] = [];
  for (const [index, row] of rows.entries()) {
    narrowed.push(await unlessRefused(() => narrow(call, row, `requests[${index}].`)));
  }
  const holderOf = holdersFor(call, call.organization.id);
  const lines = narrowed.map((each) => {
    if (isRefused(each)) return each;
    const id = call.operationId(each.told.key);
    return unlessRefused(async () => ({ operation: await transferOperation(holderOf, id, each) }));
  });
  return Promise.all(lines);
}

async function narrow(call: Call, row: CreateTransferRequest, prefix: string): Promise<TransferRequest> {
  const form = new Form();
  if (row.organization !== "") form.refuse(`${prefix}organization`, "is named once, for the whole batch");
  if (row.validateOnly) form.refuse(`${prefix}validate_only`, "is said once, for the whole batch");
  const narrowed = await narrowTransfer(call, { orgId: call.organization.id, form, prefix }, row);
  form.done();
  return narrowed;
}

async function unlessRefused<T>(make: () => Promise<T>): Promise<T | RefusedLine> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof Refused) return { refusal: error.refusal };
    throw error;
  }
}
