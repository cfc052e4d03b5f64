import { create } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import {
  type Developer as DeveloperMessage,
  DeveloperSchema,
  type DeveloperService,
  type ListDevelopersRequest,
} from "../../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import type { App } from "../../app.ts";
import { Refused } from "../../domain/refusal.ts";
import type { Developer, DeveloperFields } from "../../store/customers/developers.ts";
import { type Call, callOf } from "../shared/call.ts";
import { Form } from "../shared/form.ts";
import { organizationFor } from "../shared/organization.ts";
import { narrowAttributes } from "./attributes.ts";
import {
  developerFor,
  developerMessage,
  developerPlace,
  found,
  fullName,
  subjectOf,
  takenError,
} from "./developer.ts";
import { apigeeError } from "./errors.ts";
import { stateOf } from "./status.ts";

type Methods =
  | "createDeveloper"
  | "getDeveloper"
  | "listDevelopers"
  | "updateDeveloper"
  | "setDeveloperStatus"
  | "deleteDeveloper";

const developersMax = 1_000;
const idsCharactersMax = 256 * developersMax;
const textMax = { charactersMax: 255 };

export function developerMethods(app: App): Pick<ServiceImpl<typeof DeveloperService>, Methods> {
  return {
    async createDeveloper(request, context) {
      const call = callOf(app, context);
      const name = { idOrName: request.organization, field: "organization" };
      const organization = await organizationFor(call, name, "writer");
      const fields = fieldsOf(request.body);
      const which = { orgId: organization.id, id: uuidv7() };
      const created = await app.developers.create(which, fields, call.signal);
      if ("taken" in created) throw takenError(created, fields.email);
      return { developer: developerMessage(created, organization) };
    },

    async getDeveloper(request, context) {
      const call = callOf(app, context);
      const place = await developerPlace(call, request, "reader");
      return { developer: developerMessage(await developerFor(call, place), place.organization) };
    },

    async listDevelopers(request, context) {
      const call = callOf(app, context);
      const name = { idOrName: request.organization, field: "organization" };
      const organization = await organizationFor(call, name, "reader");
      const rows = await listed(call, organization.id, request);
      const shown = (row: Developer) =>
        request.expand
          ? developerMessage(row, organization)
          : create(DeveloperSchema, { email: row.customer.email.toLowerCase() });
      return { developer: rows.map(shown) };
    },

    async updateDeveloper(request, context) {
      const call = callOf(app, context);
      const { organization, named } = await developerPlace(call, request, "writer");
      const fields = fieldsOf(request.body);
      const replaced = found(await app.developers.replace(named, fields, call.signal), named.idOrEmail);
      if ("taken" in replaced) throw takenError(replaced, fields.email);
      return { developer: developerMessage(replaced, organization) };
    },

    async setDeveloperStatus(request, context) {
      const call = callOf(app, context);
      const { named } = await developerPlace(call, request, "writer");
      const state = stateOf("action", request.action);
      const change = await app.developers.change(named, () => ({ state }), call.signal);
      const changed = found(change, named.idOrEmail);
      if ("taken" in changed) throw takenError(changed, named.idOrEmail);
      if ("activeBillingAccount" in changed) throw await activeBillingAccount(call, named.orgId);
      return {};
    },

    async deleteDeveloper(request, context) {
      const call = callOf(app, context);
      const place = await developerPlace(call, request, "writer");
      const { named, organization } = place;
      const { customer } = await developerFor(call, place);
      const deleted = found(await app.developers.delete(named, call.signal), named.idOrEmail);
      if ("unsettled" in deleted) {
        const refusal = { reason: "CUSTOMER_NOT_SETTLED", ...deleted.unsettled } as const;
        throw apigeeError(refusal, { subject: subjectOf(customer) });
      }
      return { developer: developerMessage(deleted, organization) };
    },
  };
}

function fieldsOf(body: DeveloperMessage | undefined): DeveloperFields {
  const form = new Form();
  if (body === undefined) form.refuse("body", "is required");
  const {
    attributes = [],
    firstName = "",
    lastName = "",
    userName = "",
    appFamily = "",
    accessType = "",
  } = body ?? {};
  const required = (name: string, value: string) =>
    form.text(`body.${name}`, value, { ...textMax, required: true });
  const profile = {
    firstName: required("first_name", firstName),
    lastName: required("last_name", lastName),
    userName: required("user_name", userName),
    appFamily: form.text("body.app_family", appFamily, textMax),
    accessType: form.text("body.access_type", accessType, textMax),
  };
  const fields = {
    email: emailOf(form, body?.email ?? ""),
    name: fullName(profile),
    profile,
    ...narrowAttributes(form, "body.attributes", attributes),
  };
  form.done();
  return fields;
}

function emailOf(form: Form, email: string): string {
  if (email === "") form.refuse("body.email", "is required");
  if (email !== email.toLowerCase()) form.refuse("body.email", "must be in lower case");
  return form.email("body.email", email);
}

async function listed(
  call: Call,
  orgId: string,
  request: Pick<ListDevelopersRequest, "count" | "startKey" | "ids" | "app">,
): Promise<Developer[]> {
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
  if (request.ids !== "") return developers.listNamed({ orgId, idsOrEmails: ids }, call.signal);
  const rowsMax = count === 0n ? developersMax : Number(count);
  return developers.list({ orgId, fromEmail, rowsMax }, call.signal);
}

async function activeBillingAccount(call: Call, orgId: string): Promise<Refused> {
  const active = await call.app.customers.findBillingAccount(orgId);
  return new Refused({ reason: "BILLING_ACCOUNT_ACTIVE", customerId: active?.id ?? "" });
}
