import { Code, ConnectError } from "@connectrpc/connect";
import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import type { Handler } from "../../shared/handler.ts";

export const getActivity: Handler<typeof LedgerService.method.getActivity> = async () => {
  throw new ConnectError("not yet", Code.Unimplemented);
};
