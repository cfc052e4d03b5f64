import type { ServiceImpl } from "@connectrpc/connect";
import type { LedgerService } from "../../../gen/tallystick/v1/ledger_pb.ts";
import type { App } from "../../app.ts";
import { balanceOf } from "../../domain/account.ts";
import { Amount } from "../../domain/amount.ts";
import { invalidField, notFound } from "../../domain/refusal.ts";
import { availableIn, type Balance, type BalanceKey } from "../../store/balances.ts";
import type { Totals } from "../../store/statements.ts";
import { type Call, callOf } from "../shared/call.ts";
import { Form } from "../shared/form.ts";
import { organizationFor } from "../shared/organization.ts";
import { pageOf, tokenOfVersion, versionOfToken } from "../shared/page-token.ts";
import { momentOf, timestampOf } from "../shared/proto.ts";
import { accountNamed } from "./account-methods.ts";
import { transferMessage } from "./ledger/messages.ts";
import { pageSizeOf, periodOf } from "./page.ts";

type Methods = "getBalance" | "listEntries";

export function statementMethods(app: App): Pick<ServiceImpl<typeof LedgerService>, Methods> {
  return {
    async getBalance(request, context) {
      const call = callOf(app, context);
      const name = { idOrName: request.organization, field: "organization" };
      const { id: orgId } = await organizationFor(call, name, "reader");
      const form = new Form();
      const customer = form.text("customer", request.customer, { charactersMax: 254, required: true });
      const currency = form.text("currency", request.currency, { charactersMax: 10, required: true });
      const at = momentOf(form, "at", { timestamp: request.at, rounded: "down" });
      form.done();

      const key = { orgId, customer, currency };
      const balance = await app.balances.find(key);
      if (balance === undefined) throw notFound("customer", customer);
      if (balance.account === undefined) await requireCurrency(call, key);
      return at === undefined ? balanceNow(key, balance) : balanceAt(call, key, { balance, at });
    },

    async listEntries(request, context) {
      const call = callOf(app, context);
      const name = { idOrName: request.organization, field: "organization" };
      const { id: orgId } = await organizationFor(call, name, "reader");
      const form = new Form();
      const accountId = form.uuid("account", request.account);
      const { from, to } = periodOf(form, request);
      const rowsMax = pageSizeOf(form, request);
      const pastVersion = versionOfToken(form, "page_token", request.pageToken) ?? 0;
      form.done();

      const account = await accountNamed(call, orgId, accountId);
      if ("role" in account.owner) {
        throw invalidField(
          "account",
          `is the counter-account ${account.owner.role}; list its transfers instead`,
        );
      }
      const of = { orgId, accountId };
      const [opening, closing] = await Promise.all([
        from && app.statements.totals({ ...of, before: from }, call.signal),
        app.statements.totals({ ...of, before: to }, call.signal),
      ]);
      // The lines between the two, so that they add up whatever is booked meanwhile.
      const lines = await app.statements.lines(
        {
          ...of,
          ascending: true,
          pastVersion: Math.max(pastVersion, opening?.version ?? 0),
          lastVersion: closing?.version ?? 0,
          rowsMax: rowsMax + 1,
        },
        call.signal,
      );
      const { page, nextPageToken } = pageOf(lines, rowsMax, ({ version }) => tokenOfVersion(version));
      return {
        openingBalance: postedText(opening),
        entries: page.map(({ version, amount, posted, transfer }) => ({
          version: BigInt(version),
          amount: amount.toString(),
          posted: posted.toString(),
          transfer: transferMessage(transfer),
        })),
        closingBalance: postedText(closing),
        nextPageToken,
      };
    },
  };
}

function balanceNow({ currency }: BalanceKey, balance: Balance) {
  const { account } = balance;
  return {
    ...totalsFields(account && { ...account, at: account.updatedAt }),
    held: (account?.held ?? Amount.zero).toString(),
    available: availableIn(balance).toString(),
    currency,
  };
}

async function balanceAt(call: Call, key: BalanceKey, of: { balance: Balance; at: Date }) {
  const accountId = of.balance.account?.id;
  const before = new Date(of.at.getTime() + 1);
  const totals =
    accountId === undefined
      ? undefined
      : await call.app.statements.totals({ orgId: key.orgId, accountId, before }, call.signal);
  return { ...totalsFields(totals), currency: key.currency };
}

function totalsFields(totals: Totals | undefined) {
  return {
    posted: postedText(totals),
    funded: (totals?.funded ?? Amount.zero).toString(),
    spent: (totals?.spent ?? Amount.zero).toString(),
    version: BigInt(totals?.version ?? 0),
    ...(totals !== undefined && totals.version > 0 && { updateTime: timestampOf(totals.at) }),
  };
}

function postedText(totals: Totals | undefined): string {
  return (totals === undefined ? Amount.zero : balanceOf(totals)).toString();
}

/** A customer may hold nothing in a currency; a currency that there is not is a mistake. */
async function requireCurrency(call: Call, { orgId, currency }: BalanceKey): Promise<void> {
  const form = new Form();
  form.currency("currency", currency, await call.app.currencies.recognized(orgId, currency, call.signal));
  form.done();
}
