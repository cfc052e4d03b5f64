import { Code, ConnectError } from "@connectrpc/connect";
import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import type { Handler } from "../../shared/handler.ts";

export const getBalanceHistory: Handler<typeof LedgerService.method.getBalanceHistory> = async () => {
  throw new ConnectError("not yet", Code.Unimplemented);
};
