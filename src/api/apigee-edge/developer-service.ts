import { create } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import {
  type Developer as DeveloperMessage,
  DeveloperSchema,
  type DeveloperService,
} from "../../../gen/tallystick/apigee/edge/v1/developer_pb.ts";
import type { App } from "../../app.ts";
import { notFound } from "../../domain/refusal.ts";
import type { AppGroup } from "../../store/customers/app-groups.ts";
import type { Customer } from "../../store/customers/customers.ts";
import type { Organization } from "../../store/tenants/organizations.ts";
import { attributesOf } from "../apigee-x/attributes.ts";
import { type Call, callOf } from "../shared/call.ts";
import { Form } from "../shared/form.ts";
import { type NumberedPage, numberedPage, type PageRequest, requireAll } from "./numbered-page.ts";
import { organizationNamed, ownerNamed } from "./owner.ts";

const legalName = "MINT_DEVELOPER_LEGAL_NAME";

export function developerService(app: App): ServiceImpl<typeof DeveloperService> {
  return {
    async listDevelopers(request, context) {
      const { organization, rows, total } = await listed(callOf(app, context), request, app.developers);
      return {
        developer: rows.map(({ customer }) => developerMessage(organization, customer)),
        totalRecords: total,
      };
    },

    async getDeveloper(request, context) {
      const call = callOf(app, context);
      const organization = await organizationNamed(call, request, "reader");
      const customer = await ownerNamed(call, organization.id, { ...request, company: "" });
      return { developer: developerMessage(organization, customer) };
    },

    async listCompanies(request, context) {
      const { organization, rows, total } = await listed(callOf(app, context), request, app.appGroups);
      return { company: rows.map((group) => companyMessage(organization, group)), totalRecords: total };
    },

    async getCompany(request, context) {
      const call = callOf(app, context);
      const organization = await organizationNamed(call, request, "reader");
      const form = new Form();
      const name = form.text("company", request.company, { charactersMax: 255, required: true });
      form.done();
      const group = await app.appGroups.find({ orgId: organization.id, name }, call.signal);
      if (group === undefined) throw notFound("customer", name);
      return { company: companyMessage(organization, group) };
    },

    async listSuspendedDevelopers(request, context) {
      await organizationNamed(callOf(app, context), request, "reader");
      return { suspendedDeveloper: [] };
    },
  };
}

/** Lists rows of an organization, and counts them. */
interface Listing<T> {
  count(orgId: string, signal?: AbortSignal): Promise<number>;
  list(page: NumberedPage & { orgId: string }, signal?: AbortSignal): Promise<T[]>;
}

/** The rows of the page that a request asks for, and how many there are in all. */
async function listed<T>(
  call: Call,
  request: PageRequest & { readonly organization: string },
  listing: Listing<T>,
): Promise<{ organization: Organization; rows: T[]; total: number }> {
  const organization = await organizationNamed(call, request, "reader");
  const { id: orgId } = organization;
  const form = new Form();
  const page = numberedPage(form, request);
  form.done();
  const total = await listing.count(orgId, call.signal);
  requireAll(request, total);
  return { organization, rows: await listing.list({ orgId, ...page }, call.signal), total };
}

function companyMessage(organization: Organization, { name, customer }: AppGroup): DeveloperMessage {
  return { ...developerMessage(organization, customer), id: name, isCompany: true };
}

function developerMessage(organization: Organization, customer: Customer): DeveloperMessage {
  const { attributes, name, email } = customer;
  return create(DeveloperSchema, {
    approxTaxRate: "0",
    billingType: customer.billingType === "postpaid" ? "POSTPAID" : "PREPAID",
    customAttributes: attributesOf(customer).map(({ name: key, value }) => ({ name: key, value })),
    email,
    id: customer.id,
    isCompany: false,
    legalName: attributes[legalName] ?? name,
    name,
    organization: { id: organization.name },
    status: customer.state === "active" ? "ACTIVE" : "INACTIVE",
    type: "UNTRUSTED",
  });
}
