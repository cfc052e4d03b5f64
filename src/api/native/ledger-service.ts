import type { ServiceImpl } from "@connectrpc/connect";
import type { LedgerService } from "../../../gen/tallystick/v1/ledger_pb.ts";
import type { App } from "../../app.ts";
import { accountMethods } from "./account-methods.ts";
import { holdListMethods } from "./hold-list-methods.ts";
import { holdMethods } from "./hold-methods.ts";
import { limitMethods } from "./limit-methods.ts";
import { statementMethods } from "./statement-methods.ts";
import { transferListMethods } from "./transfer-list-methods.ts";
import { transferMethods } from "./transfer-methods.ts";
import { verifyMethods } from "./verify-methods.ts";

/** The ledger, whole. */
export function ledgerService(app: App): Partial<ServiceImpl<typeof LedgerService>> {
  return {
    ...transferMethods(app),
    ...transferListMethods(app),
    ...holdMethods(app),
    ...holdListMethods(app),
    ...accountMethods(app),
    ...statementMethods(app),
    ...limitMethods(app),
    ...verifyMethods(app),
  };
}
