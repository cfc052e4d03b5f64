import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import type { Handlers } from "../../shared/handler.ts";
import { batchCreateTransfers } from "./batch-create-transfers.ts";
import { captureHold } from "./capture-hold.ts";
import { createHold } from "./create-hold.ts";
import { createTransfer } from "./create-transfer.ts";
import { downloadStatement } from "./download-statement.ts";
import { exportEntries } from "./export-entries.ts";
import { extendHold } from "./extend-hold.ts";
import { getAccount } from "./get-account.ts";
import { getActivity } from "./get-activity.ts";
import { getBalance } from "./get-balance.ts";
import { getBalanceHistory } from "./get-balance-history.ts";
import { getHold } from "./get-hold.ts";
import { getTotals } from "./get-totals.ts";
import { getTransfer } from "./get-transfer.ts";
import { listAccounts } from "./list-accounts.ts";
import { listEntries } from "./list-entries.ts";
import { listHolds } from "./list-holds.ts";
import { listRefusals } from "./list-refusals.ts";
import { listTransfers } from "./list-transfers.ts";
import { refundTransfer } from "./refund-transfer.ts";
import { releaseHold } from "./release-hold.ts";
import { reverseTransfer } from "./reverse-transfer.ts";
import { setLimit } from "./set-limit.ts";
import { verifyLedger } from "./verify-ledger.ts";

export const ledgerService: Handlers<typeof LedgerService> = {
  getAccount,
  listAccounts,
  listHolds,
  createHold,
  captureHold,
  releaseHold,
  extendHold,
  getHold,
  setLimit,
  getBalance,
  getBalanceHistory,
  getActivity,
  getTotals,
  listEntries,
  exportEntries,
  downloadStatement,
  listTransfers,
  createTransfer,
  batchCreateTransfers,
  getTransfer,
  refundTransfer,
  reverseTransfer,
  listRefusals,
  verifyLedger,
};
