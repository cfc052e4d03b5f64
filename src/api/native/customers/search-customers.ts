import {
  type CustomerMatch,
  type CustomerService,
  CustomerMatchKind as KindMessage,
} from "../../../../gen/tallystick/v1/customer_pb.ts";
import { bytesOf } from "../../../bounds/size.ts";
import type { CustomerSearch, MatchKind } from "../../../store/customers/customer-search.ts";
import type { Call } from "../../shared/call.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { listInTurn } from "../../shared/in-turn.ts";
import { pageBytesMax } from "../../shared/page.ts";
import type { Whole } from "../../shared/proto.ts";
import { countOf } from "../page.ts";
import { customerMessage } from "./customer-message.ts";

const kindMessages: Record<MatchKind, KindMessage> = {
  id: KindMessage.ID,
  email: KindMessage.EMAIL,
  "app group": KindMessage.APP_GROUP,
  name: KindMessage.NAME,
  former: KindMessage.FORMER,
};

export const searchCustomers: Handler<typeof CustomerService.method.searchCustomers> = async (
  call,
  request,
) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const query = form.text("query", request.query.trim(), { charactersMax: 254, required: true });
  const rowsMax = countOf(form, "max_results", { value: request.maxResults, least: 1, usual: 20, most: 100 });
  form.done();

  return listInTurn(call, () => matchesOf(call, { orgId, query, rowsMax }));
};

async function matchesOf({ app, signal }: Call, asked: Parameters<CustomerSearch["find"]>[0]) {
  const { orgId } = asked;
  const { matches: found, hasMore } = await app.customerSearch.find(asked, signal);
  const customers = await Promise.all(found.map(({ id }) => app.customers.find({ orgId, id })));
  const matches: Whole<CustomerMatch>[] = [];
  let bytes = 0;
  for (const [index, { kind, text }] of found.entries()) {
    const customer = customers[index];
    // Deleted meanwhile.
    if (customer === undefined) continue;
    const message = customerMessage(customer);
    bytes += bytesOf(message);
    if (matches.length > 0 && bytes > pageBytesMax) return { matches, hasMore: true };
    matches.push({
      $typeName: "tallystick.v1.CustomerMatch",
      customer: message,
      kind: kindMessages[kind],
      text,
    });
  }
  return { matches, hasMore };
}
