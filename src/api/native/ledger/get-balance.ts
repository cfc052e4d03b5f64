import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { Amount } from "../../../domain/amount.ts";
import { availableAt } from "../../../domain/balance-history/balance-curve.ts";
import { availableIn, type Balance, type BalanceKey } from "../../../store/books/balances.ts";
import type { Totals } from "../../../store/books/statements.ts";
import type { Call } from "../../shared/call.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { momentOf, timestampOf } from "../../shared/proto.ts";
import { balanceNamed } from "./named-balance.ts";
import { postedText } from "./posted-text.ts";

export const getBalance: Handler<typeof LedgerService.method.getBalance> = async (call, request) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const customer = form.text("customer", request.customer, { charactersMax: 254, required: true });
  const currency = form.text("currency", request.currency, { charactersMax: 10, required: true });
  const at = momentOf(form, "read_time", { timestamp: request.readTime, rounded: "down" });
  form.done();

  const key = { orgId, customer, currency };
  const balance = await balanceNamed(call, key);
  return at === undefined ? balanceNow(key, balance) : balanceAt(call, key, { balance, at });
};

function balanceNow({ currency }: BalanceKey, balance: Balance) {
  const { account } = balance;
  return {
    ...totalsFields(account && { ...account, at: account.updatedAt }),
    held: (account?.held ?? Amount.zero).toString(),
    available: availableIn(balance).toString(),
    minimumBalance: balance.minimumBalance.toString(),
    currency,
  };
}

async function balanceAt(call: Call, { orgId, currency }: BalanceKey, of: { balance: Balance; at: Date }) {
  const { app, signal } = call;
  const books = { orgId, customerId: of.balance.customer.id, currency };
  const { accountId, totals } = await app.statements.asOf(books, of.at, signal);
  const state = await app.balanceHistory.asOf({ ...books, accountId }, of.at, signal);
  return {
    ...totalsFields(totals),
    held: state.held?.toString() ?? "",
    available: availableAt(state)?.toString() ?? "",
    minimumBalance: state.minimumBalance?.toString() ?? "",
    currency,
  };
}

function totalsFields(totals: Totals | undefined) {
  return {
    posted: postedText(totals),
    funded: (totals?.funded ?? Amount.zero).toString(),
    spent: (totals?.spent ?? Amount.zero).toString(),
    withdrawn: (totals?.withdrawn ?? Amount.zero).toString(),
    version: BigInt(totals?.version ?? 0),
    ...(totals !== undefined && totals.version > 0 && { updateTime: timestampOf(totals.at) }),
  };
}
