import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { ValueSchema } from "@bufbuild/protobuf/wkt";
import {
  type Developer as DeveloperMessage,
  DeveloperSchema,
  type DeveloperService,
  type ListDevelopersRequest,
} from "../../../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import type { Customer } from "../../../store/customers/customer-row.ts";
import type { Developer } from "../../../store/customers/developers.ts";
import type { Call } from "../../shared/call.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { pageInTurn } from "../../shared/in-turn.ts";
import { uncutOf } from "../../shared/page.ts";
import { developerMessage } from "./developer.ts";

const developersMax = 1_000;

const idsCharactersMax = 256 * developersMax;

export const listDevelopers: Handler<typeof DeveloperService.method.listDevelopers> = async (
  call,
  request,
) => {
  const { organization } = call;
  const shown = (row: Developer) =>
    request.expand
      ? developerMessage(row, organization)
      : create(DeveloperSchema, { email: row.customer.email.toLowerCase() });
  const developer = await listed(call, request, shown);
  const isBare = organization.managementDialect === "edge" && !request.expand;
  return { developer, ...(isBare && { emails: { values: developer.map(({ email }) => textValue(email)) } }) };
};

function textValue(text: string): MessageInitShape<typeof ValueSchema> {
  return { kind: { case: "stringValue", value: text } };
}

async function listed(
  call: Call,
  request: Pick<ListDevelopersRequest, "count" | "startKey" | "ids" | "app">,
  message: (row: Developer) => DeveloperMessage,
): Promise<DeveloperMessage[]> {
  const { id: orgId } = call.organization;
  const form = new Form();
  const { count } = request;
  if (count < 0n || count > BigInt(developersMax)) form.refuse("count", `must be 0 to ${developersMax}`);
  const fromEmail = form.text("start_key", request.startKey, { charactersMax: 254 });
  const ids = form.text("ids", request.ids, { charactersMax: idsCharactersMax }).split(",").filter(Boolean);
  if (ids.length > developersMax) form.refuse("ids", `has ${ids.length} ids; at most ${developersMax} fit`);
  form.done();

  // There are no apps here, so nobody has the one that is asked for.
  if (request.app !== "") return [];
  const { developers } = call.app;
  if (request.ids !== "") {
    const page = await pageInTurn(call, {
      rowsMax: developersMax,
      past: undefined,
      read: (past: Customer | undefined, rowsMax) =>
        developers.listNamed({ orgId, idsOrEmails: ids, past, rowsMax }, call.signal),
      placeOf: ({ customer }) => customer,
      message,
    });
    return uncutOf(page);
  }
  const page = await pageInTurn(call, {
    rowsMax: count === 0n ? developersMax : Number(count),
    past: fromEmail === "" ? undefined : { email: fromEmail, isIncluded: true },
    read: (start, rowsMax) => developers.list({ orgId, start, rowsMax }, call.signal),
    placeOf: ({ customer: { email } }) => ({ email, isIncluded: false }),
    message,
  });
  return uncutOf(page);
}
