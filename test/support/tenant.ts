import { v7 as uuidv7 } from "uuid";
import type { App } from "../../src/app.ts";
import type { Role } from "../../src/auth/permissions.ts";
import { hashOf, newSecret } from "../../src/auth/secret.ts";
import { Amount } from "../../src/domain/amount.ts";
import { virtualCurrency } from "../../src/domain/currency.ts";
import { credentials } from "../../src/store/schema.ts";
import { operator } from "../../src/store/trail/by.ts";
import { commandTo, receiptsOf } from "./ledger.ts";

/** A client id and its secret. */
export interface TestCredential {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** An organization of a test's own, with a billing account and a credential of each role. */
export interface Tenant {
  readonly orgId: string;
  readonly orgName: string;
  readonly billingId: string;
  readonly reader: TestCredential;
  readonly writer: TestCredential;
  readonly admin: TestCredential;
}

/**
 * Makes a tenant whose billing account holds so many credits. Not over the port: nearly every test makes one, and six
 * calls were a third of what it took.
 */
export async function makeTenant(app: App, orgName: string, credits: number): Promise<Tenant> {
  const [orgId, billingId] = [uuidv7(), uuidv7()];
  const by = operator("test");
  const shown = { displayName: orgName, frontierCurrency: virtualCurrency };
  await app.organizations.create({ id: orgId, name: orgName, ...shown }, by);
  const fields = {
    name: "Customer",
    email: `customer@${orgName}.example`,
    phone: "",
    address: null,
    taxData: [],
    invoiceCurrency: "usd",
    metadata: null,
  };
  await app.customers.createBillingAccount({ orgId, id: billingId, fields }, by);
  const ofRoles = { reader: newCredential(), writer: newCredential(), admin: newCredential() };
  const rows = Object.entries(ofRoles).map(([role, { clientId, clientSecret }]) => {
    return { clientId, orgId, role: role as Role, secretHash: hashOf(clientSecret), displayName: "" };
  });
  await app.database.orm().insert(credentials).values(rows);
  if (credits > 0) {
    const credited = { orgId, customerId: billingId, amount: Amount.of(String(credits)) };
    receiptsOf(await app.ledger.submit(commandTo("credit", credited)));
  }
  return { orgId, orgName, billingId, ...ofRoles };
}

function newCredential(): TestCredential {
  return { clientId: uuidv7(), clientSecret: newSecret() };
}
