import { v7 as uuidv7 } from "uuid";
import { batchRequest, creditsRequest, customerRequest } from "../requests.ts";
import type { Side } from "../stage.ts";
import { makeTenant, type Tenant } from "../world.ts";

/** Operations of each account: a credit, and charges. */
export const operationsPerAccount = 10;

const perBatch = 500;
/** Accounts that are filled together, so that no message of a job becomes large. */
const portion = 100_000;

/**
 * Makes an organization with so many customers, each with a credit and about as many charges as make up the rest, through the
 * interface in batches. The first of its customers are those that a load works on.
 */
export async function fill(side: Side, accounts: number): Promise<Tenant> {
  const tenant = await makeTenant(side.deployment, {
    name: "bench-filled",
    customers: 1,
    credits: 1,
    amount: 1,
  });
  const { orgId } = tenant;
  const customerIds: string[] = [];
  while (customerIds.length < accounts) {
    const customers = Array.from({ length: Math.min(portion, accounts - customerIds.length) }, () =>
      uuidv7(),
    );
    const job = { customers, connections: 4, inFlight: 4 };
    const batches = Math.ceil(customers.length / perBatch);
    await side.make({ ...customerRequest(orgId), ...job, inOrder: true, inFlight: 64 }, customers.length);
    await side.make({ ...creditsRequest(orgId, "1000000", perBatch), ...job, inOrder: true }, batches);
    await side.make({ ...batchRequest(orgId, perBatch), ...job }, batches * (operationsPerAccount - 1));
    customerIds.push(...customers);
    process.stderr.write(`  ${customerIds.length} of ${accounts} accounts are filled\n`);
  }
  await side.deployment.vacuum();
  return { orgId, customerIds };
}
