import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import type { CurrencyTotals } from "../../../store/books/totals.ts";
import type { Handler } from "../../shared/handler.ts";
import { listInTurn } from "../../shared/in-turn.ts";

export const getTotals: Handler<typeof LedgerService.method.getTotals> = async (call) => {
  const totals = await listInTurn(call, () => call.app.totals.of(call.organization.id, call.signal));
  return { totals: totals.map(totalsMessage) };
};

function totalsMessage({ currency, customers, counters, others }: CurrencyTotals) {
  return {
    currency,
    ...(customers !== null && {
      customers: {
        accounts: customers.accounts,
        posted: customers.posted.toString(),
        credit: customers.credit.toString(),
        debt: customers.debt.toString(),
        held: customers.held.toString(),
      },
    }),
    counterAccounts: counters.map(({ counter, posted }) => ({
      counterAccount: counter,
      posted: posted.toString(),
    })),
    otherCounterAccounts: others.toString(),
  };
}
