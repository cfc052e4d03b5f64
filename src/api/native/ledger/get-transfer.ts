import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { transferMessage } from "./messages.ts";
import { transferNamed } from "./named-transfer.ts";

export const getTransfer: Handler<typeof LedgerService.method.getTransfer> = async (call, request) => {
  const { id: orgId } = call.organization;
  return { transfer: transferMessage(await transferNamed(call, orgId, request.transfer)) };
};
