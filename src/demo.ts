import { v7 as uuidv7 } from "uuid";
import type { App } from "./app.ts";
import { Amount } from "./domain/amount.ts";
import { virtualCurrency } from "./domain/currency.ts";
import { identityOf } from "./domain/operation-id.ts";
import type { Customer } from "./store/customers/customer-row.ts";
import type { Organization } from "./store/tenants/organizations.ts";
import { operator } from "./store/trail/by.ts";

const name = "demo";
const email = "demo@example.com";
const key = "demo-welcome";
/** Whoever starts the service. */
const starter = operator("tallystick serve");

/** Whose balance is shown first. */
export interface Demo {
  readonly organization: string;
  /** Email, or id. */
  readonly customer: string;
  readonly currency: string;
}

/** What there is to look at on the first start: an organization with a billing account that holds 1,000 credits. */
export async function ensureDemo(app: App): Promise<Demo> {
  const { id: orgId } = await ensureOrganization(app);
  const { id: customerId, email: customerEmail } = await ensureBillingAccount(app, orgId);
  await app.ledger.submit({
    orgId,
    dryRun: false,
    by: { actor: "", requestId: "", isBounded: false },
    operations: [
      {
        type: "transfer",
        ...identityOf(orgId, key),
        kind: "credit",
        amount: Amount.of("1000"),
        currency: virtualCurrency,
        customer: { text: customerId, as: "id" },
        isPaying: false,
        other: { counter: "funding" },
        source: "system.awarded",
        description: "Welcome to Tallystick",
        userId: "",
        metadata: {},
      },
    ],
  });
  // Its email is shown in lines to paste into a shell, and somebody else may have changed it.
  return {
    organization: name,
    customer: customerEmail === email ? email : customerId,
    currency: virtualCurrency,
  };
}

async function ensureOrganization(app: App): Promise<Organization> {
  const fields = { id: uuidv7(), name, displayName: "Demo", frontierCurrency: virtualCurrency };
  const organization =
    (await app.organizations.create(fields, starter)) ?? (await app.organizations.find(name));
  if (organization === undefined) throw new Error("the demo organization was not made");
  return organization;
}

async function ensureBillingAccount(app: App, orgId: string): Promise<Customer> {
  const existing = await app.customers.findBillingAccount(orgId);
  if (existing !== undefined) return existing;
  const fields = {
    name: "Demo customer",
    email,
    phone: "",
    address: null,
    taxData: [],
    invoiceCurrency: "usd",
    metadata: null,
  };
  const created = await app.customers.createBillingAccount({ orgId, id: uuidv7(), fields }, starter);
  if ("obstacle" in created) throw new Error(`the demo billing account was not made: ${created.obstacle}`);
  return created;
}
