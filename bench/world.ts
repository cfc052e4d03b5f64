import { createClient, type Transport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { v7 as uuidv7 } from "uuid";
import { FrontierService } from "../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { CustomerService } from "../gen/tallystick/v1/customer_pb.ts";
import { LedgerService, TransferKind } from "../gen/tallystick/v1/ledger_pb.ts";
import { OrganizationService } from "../gen/tallystick/v1/organization_pb.ts";
import type { Target } from "./load/driver.ts";
import type { Deployment } from "./sides/deployment.ts";

/** An organization with customers, the first of them its billing account. */
export interface Tenant {
  readonly orgId: string;
  readonly customerIds: readonly string[];
}

const callsAtOneTime = 32;
/** As many as one worker of two lets one organization have in its queue. */
const batchesAtOneTime = 2;
const creditsPerBatch = 1_000;

/**
 * Makes an organization whose customers were each credited so many times, as any client would: a bench that wrote into the
 * tables would know one version of them.
 */
export async function makeTenant(
  { server, vacuum }: Pick<Deployment, "server" | "vacuum">,
  of: { name: string; customers: number; credits: number; amount: number },
): Promise<Tenant> {
  const transport = transportTo(server);
  const { name } = of;
  const { organization } = await createClient(OrganizationService, transport).createOrganization({ name });
  const orgId = organization?.id ?? "";
  const customerIds = [
    await makeBillingAccount(transport, orgId),
    ...(await makeCustomers(transport, orgId, of.customers - 1)),
  ];
  await bookCredits(transport, { orgId, customerIds, credits: of.credits, amount: String(of.amount) });
  await vacuum();
  return { orgId, customerIds };
}

/** The id of an account of a tenant's first customer. */
export async function firstAccount(server: Target, { orgId, customerIds }: Tenant): Promise<string> {
  const client = createClient(LedgerService, transportTo(server));
  const of = { organization: orgId, customer: customerIds[0] ?? "" };
  const { accounts } = await client.listAccounts(of);
  return accounts[0]?.id ?? "";
}

export function transportTo({ port, authorization }: Target): Transport {
  return createGrpcTransport({
    baseUrl: `http://127.0.0.1:${port}`,
    interceptors: [
      (next) => (request) => {
        request.header.set("authorization", authorization);
        return next(request);
      },
    ],
  });
}

async function makeBillingAccount(transport: Transport, orgId: string): Promise<string> {
  const body = { name: "Bench", email: "bench@example.com", currency: "usd" };
  const client = createClient(FrontierService, transport);
  const { billingAccount } = await client.createBillingAccount({ orgId, body, offline: true });
  return billingAccount?.id ?? "";
}

async function makeCustomers(transport: Transport, organization: string, count: number): Promise<string[]> {
  const client = createClient(CustomerService, transport);
  const ids = Array.from({ length: count }, () => uuidv7());
  await forEach(ids, callsAtOneTime, (id) =>
    client.createCustomer({ organization, id, email: `${id}@example.com` }),
  );
  return ids;
}

async function bookCredits(
  transport: Transport,
  of: { orgId: string; customerIds: readonly string[]; credits: number; amount: string },
): Promise<void> {
  const { orgId, customerIds, credits, amount } = of;
  const client = createClient(LedgerService, transport);
  const credit = { kind: TransferKind.CREDIT, amount, currency: "VC", source: "bench" };
  const all = customerIds.length * credits;
  const starts = Array.from(
    { length: Math.ceil(all / creditsPerBatch) },
    (_, batch) => batch * creditsPerBatch,
  );
  await forEach(starts, batchesAtOneTime, async (start) => {
    const requests = Array.from({ length: Math.min(creditsPerBatch, all - start) }, (_, index) => ({
      ...credit,
      customer: customerIds[Math.floor((start + index) / credits)] ?? "",
    }));
    const { results } = await client.batchCreateTransfers({ organization: orgId, requests });
    const refused = results.find(({ result }) => result.case !== "receipt");
    if (refused !== undefined)
      throw new Error(`a credit was refused: ${JSON.stringify(refused.result.value)}`);
  });
}

/** Does the work for every item, so many at one time. */
async function forEach<T>(
  items: readonly T[],
  atOneTime: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const rest = items.values();
  const worker = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: atOneTime }, worker));
}
