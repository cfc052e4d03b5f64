import type { BalanceService } from "../../../../gen/tallystick/apigee/edge/v1/balance_pb.ts";
import type { Handlers } from "../../shared/handler.ts";
import { deleteCreditLimit } from "./delete-credit-limit.ts";
import { listCreditLimits } from "./list-credit-limits.ts";
import { listDeveloperBalances } from "./list-developer-balances.ts";
import { listMonthlyBalances } from "./list-monthly-balances.ts";
import { setCreditLimit } from "./set-credit-limit.ts";
import { topUpDeveloperBalance } from "./top-up-developer-balance.ts";

export const balanceService: Handlers<typeof BalanceService> = {
  listDeveloperBalances,
  topUpDeveloperBalance,
  listMonthlyBalances,
  setCreditLimit,
  listCreditLimits,
  deleteCreditLimit,
};
