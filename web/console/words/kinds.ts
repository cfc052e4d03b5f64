import { HoldState, TransferKind } from "../../../gen/tallystick/v1/ledger_pb.ts";
import { OperationKind } from "../../../gen/tallystick/v1/refusal_pb.ts";

/** A value of an enum, as a sentence has it: `TRANSFER_KIND_CREDIT` is `credit`. */
function word(name: string | undefined): string {
  return (name ?? "unknown").toLowerCase().replaceAll("_", " ");
}

export function transferText(kind: TransferKind): string {
  return word(TransferKind[kind]);
}

export function operationText(kind: OperationKind): string {
  return word(OperationKind[kind]);
}

export function holdStateText(state: HoldState): string {
  return word(HoldState[state]);
}
