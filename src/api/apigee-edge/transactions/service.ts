import type { TransactionService } from "../../../../gen/tallystick/apigee/edge/v1/transaction_pb.ts";
import type { Handlers } from "../../shared/handler.ts";
import { createCredit } from "./create-credit.ts";
import { createPrepaidBalanceReport } from "./create-prepaid-balance-report.ts";
import { createRefund } from "./create-refund.ts";
import { searchTransactions } from "./search-transactions.ts";

export const transactionService: Handlers<typeof TransactionService> = {
  createCredit,
  createRefund,
  searchTransactions,
  createPrepaidBalanceReport,
};
