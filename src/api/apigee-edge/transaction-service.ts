import type { ServiceImpl } from "@connectrpc/connect";
import type { TransactionService } from "../../../gen/tallystick/apigee/edge/v1/transaction_pb.ts";
import type { App } from "../../app.ts";
import { creditMethods } from "./credit-methods.ts";
import { refundMethods } from "./refund-methods.ts";
import { searchMethods } from "./search-methods.ts";

export function transactionService(app: App): ServiceImpl<typeof TransactionService> {
  return { ...creditMethods(app), ...refundMethods(app), ...searchMethods(app) };
}
