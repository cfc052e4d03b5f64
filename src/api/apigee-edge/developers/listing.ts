import { create } from "@bufbuild/protobuf";
import {
  type Developer as DeveloperMessage,
  DeveloperSchema,
} from "../../../../gen/tallystick/apigee/edge/v1/developer_pb.ts";
import type { AppGroup } from "../../../store/customers/app-groups.ts";
import { attributeValue } from "../../../store/customers/attributes.ts";
import type { Customer } from "../../../store/customers/customer-row.ts";
import type { Organization } from "../../../store/tenants/organizations.ts";
import type { Call } from "../../shared/call.ts";
import { Form } from "../../shared/form.ts";
import { listInTurn } from "../../shared/in-turn.ts";
import { shownAttributes } from "../../shared/shown-attributes.ts";
import {
  numberedMessages,
  numberedPage,
  type PageRequest,
  requireAll,
  type Window,
} from "../numbered-page.ts";

const legalName = "MINT_DEVELOPER_LEGAL_NAME";

/** Lists rows of an organization, and counts them. */
export interface Rows<T, P> {
  readonly count: (orgId: string, signal: AbortSignal) => Promise<number>;
  readonly list: (page: Window<P> & { orgId: string }, signal: AbortSignal) => Promise<T[]>;
  readonly placeOf: (row: T) => P;
}

/** The page that a request asks for, and how many rows there are in all. */
export async function listed<T, P>(
  call: Call,
  request: PageRequest,
  { rows, message }: { rows: Rows<T, P>; message: (organization: Organization, row: T) => DeveloperMessage },
): Promise<{ messages: DeveloperMessage[]; total: number }> {
  const { organization } = call;
  const { id: orgId } = organization;
  const form = new Form();
  const page = numberedPage(form, request);
  form.done();
  const total = await listInTurn(call, () => rows.count(orgId, call.signal));
  requireAll(request, total);
  const messages = await numberedMessages(call, page, {
    read: (window) => rows.list({ orgId, ...window }, call.signal),
    placeOf: rows.placeOf,
    message: (row) => message(organization, row),
  });
  return { messages, total };
}

export function companyMessage(organization: Organization, { name, customer }: AppGroup): DeveloperMessage {
  return { ...developerMessage(organization, customer), id: name, isCompany: true };
}

export function developerMessage(organization: Organization, customer: Customer): DeveloperMessage {
  const { attributes, name, email } = customer;
  return create(DeveloperSchema, {
    approxTaxRate: "0",
    billingType: customer.billingType === "postpaid" ? "POSTPAID" : "PREPAID",
    customAttributes: shownAttributes(customer),
    email,
    id: customer.id,
    isCompany: false,
    legalName: attributeValue(attributes, legalName) ?? name,
    name,
    organization: { id: organization.name },
    status: customer.state === "active" ? "ACTIVE" : "INACTIVE",
    type: "UNTRUSTED",
  });
}
