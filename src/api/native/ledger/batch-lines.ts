import type { BatchCreateTransfersRequest } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { mapGivingWay } from "../../../bounds/give-way.ts";
import type { TransferOperation } from "../../../domain/asked-operation.ts";
import type { CustomerName } from "../../../domain/customer-name.ts";
import type { Refusal } from "../../../domain/refusal.ts";
import type { Call } from "../../shared/call.ts";
import { Form } from "../../shared/form.ts";
import { transferOperation } from "./transfer-request.ts";

/** A transfer of a batch: what it asks of the ledger, or why it cannot. */
export type Line = { readonly operation: TransferOperation<CustomerName> } | RefusedLine;

interface RefusedLine {
  readonly refusal: Refusal;
}

export function isRefused(line: Line): line is RefusedLine {
  return "refusal" in line;
}

/** The transfers of a batch. What is wrong with one is said of that one, by where it stands in the request. */
export function batchLines(
  call: Call,
  { organization, requests, atomic }: BatchCreateTransfersRequest,
): Promise<Line[]> {
  const firsts = new Map<string, number>();
  return mapGivingWay(requests, (row, index) => {
    const form = new Form(`requests[${index}].`);
    if (row.organization !== "" && row.organization !== organization)
      form.refuse("organization", "is another than that of the batch");
    if (row.validateOnly) form.refuse("validate_only", "is said once, for the whole batch");
    const operation = transferOperation(call, form, row);
    const first = firsts.get(operation.id) ?? index;
    firsts.set(operation.id, first);
    // On their own, the later one is a replay of the first or in conflict with it.
    if (atomic && first !== index) form.refuse("key", `is the key of requests[${first}] too`);
    const refusal = form.refusal();
    return refusal === undefined ? { operation } : { refusal };
  });
}
