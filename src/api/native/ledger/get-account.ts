import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { accountMessage } from "./account-message.ts";
import { accountNamed } from "./named-account.ts";

export const getAccount: Handler<typeof LedgerService.method.getAccount> = async (call, request) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const id = form.uuid("account", request.account);
  form.done();
  return { account: accountMessage(await accountNamed(call, orgId, id)) };
};
