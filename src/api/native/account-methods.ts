import type { ServiceImpl } from "@connectrpc/connect";
import type { LedgerService } from "../../../gen/tallystick/v1/ledger_pb.ts";
import type { App } from "../../app.ts";
import { notFound } from "../../domain/refusal.ts";
import type { Account } from "../../store/accounts.ts";
import { type Call, callOf } from "../shared/call.ts";
import { Form } from "../shared/form.ts";
import { organizationFor } from "../shared/organization.ts";
import { pageOf, tokenOfCursor } from "../shared/page-token.ts";
import { customerNamed } from "./customer-name.ts";
import { accountMessage } from "./ledger/account-message.ts";
import { cursorOf, pageSizeOf } from "./page.ts";

type Methods = "getAccount" | "listAccounts";

export function accountMethods(app: App): Pick<ServiceImpl<typeof LedgerService>, Methods> {
  return {
    async getAccount(request, context) {
      const call = callOf(app, context);
      const name = { idOrName: request.organization, field: "organization" };
      const { id: orgId } = await organizationFor(call, name, "reader");
      const form = new Form();
      const id = form.uuid("account", request.account);
      form.done();
      return { account: accountMessage(await accountNamed(call, orgId, id)) };
    },

    async listAccounts(request, context) {
      const call = callOf(app, context);
      const name = { idOrName: request.organization, field: "organization" };
      const { id: orgId } = await organizationFor(call, name, "reader");
      const form = new Form();
      const customer = form.text("customer", request.customer, { charactersMax: 254 });
      const rowsMax = pageSizeOf(form, request);
      const afterId = cursorOf(form, request)?.id;
      form.done();

      const customerId = customer === "" ? undefined : (await customerNamed(call, orgId, customer)).id;
      const asked = { orgId, customerId, afterId, rowsMax: rowsMax + 1 };
      const rows = await app.accounts.list(asked, call.signal);
      const { page, nextPageToken } = pageOf(rows, rowsMax, (last) =>
        tokenOfCursor({ at: last.createdAt, id: last.id }),
      );
      return { accounts: page.map(accountMessage), nextPageToken };
    },
  };
}

/** The account of an id. NOT_FOUND where there is none. */
export async function accountNamed(call: Call, orgId: string, id: string): Promise<Account> {
  const account = await call.app.accounts.find({ orgId, id }, call.signal);
  if (account === undefined) throw notFound("account", id);
  return account;
}
