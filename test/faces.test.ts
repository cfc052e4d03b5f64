import fc from "fast-check";
import { v7 as uuidv7 } from "uuid";
import { ExpiryPolicy, type Receipt, TransferKind } from "../gen/tallystick/v1/ledger_pb.ts";
import { createDeveloper, edgeClient } from "./apigee-edge/edge-client.ts";
import { apigee } from "./apigee-x/client.ts";
import { awayFromMidnight } from "./support/midnight.ts";
import { connectClients, startService, type Tenant, type TestService } from "./support/service.ts";
import { until } from "./support/until.ts";
import { seedOf } from "./workload/random.ts";

/** In every interface the rows of a customer, with their signs, add up to the balance that it shows. */

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
beforeEach(awayFromMidnight);
afterAll(() => service.stop());

const moves = [
  ...["credit", "charge", "give", "take", "pay", "receive"],
  ...["capture", "expire", "refund", "reverse", "usage of nothing"],
] as const;
type Move = { readonly kind: (typeof moves)[number]; readonly amount: number; readonly pick: number };
const histories = fc.array(
  fc.record({ kind: fc.constantFrom(...moves), amount: fc.integer({ min: 1, max: 20 }), pick: fc.nat() }),
  { minLength: 10, maxLength: 30 },
);

/** One of each, so that no history lacks any. */
const each: readonly Move[] = moves.map((kind) => ({ kind, amount: 1, pick: 0 }));

it("whatever has happened", async () => {
  const seen = new Set<TransferKind | undefined>();
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const tenant = await service.tenant({ credits: 50 });
      await play(tenant, [...each, ...history]);
      const shown = await natively(tenant);
      for (const kind of shown.kinds.values()) seen.add(kind);
      expect(await overFrontier(tenant, shown.kinds)).toEqual({
        balance: shown.posted,
        debited: shown.spent,
      });
      expect(await overApigeeX(tenant)).toBe(shown.posted);
      expect(await overApigeeEdge(tenant)).toEqual({
        balance: shown.posted,
        topUps: shown.funded,
        usage: shown.spent,
      });
    }),
    { numRuns: 2, seed: seedOf("faces") },
  );
  const kinds = Object.values(TransferKind).filter((kind) => typeof kind === "number" && kind > 0);
  expect([...seen].sort()).toEqual(kinds);
}, 120_000);

/** Books a history in credits. What is refused, for want of money or of what it is about, leaves no row. */
async function play(tenant: Tenant, history: readonly Move[]) {
  const { ledger } = connectClients(service.url, tenant.admin);
  const other = await createDeveloper(service, tenant, { email: "other@example.com" });
  const [organization, customer] = [tenant.orgId, tenant.billingId];
  const mine = { organization, customer, currency: "VC" };
  await ledger.createTransfer({ ...mine, customer: other, kind: TransferKind.CREDIT, amount: "100" });
  const done: Record<string, string[]> = {};
  const pickOf = (kind: string, pick: number) => {
    const list = done[kind] ?? [];
    return list[pick % list.length] ?? uuidv7();
  };
  for (const { kind, amount: units, pick } of history) {
    const amount = String(units);
    const book = (more: object) => ledger.createTransfer({ ...mine, amount, ...more });
    const steps: Record<Move["kind"], () => Promise<{ receipt?: Receipt | undefined }>> = {
      credit: () => book({ kind: TransferKind.CREDIT }),
      charge: () => book({ kind: TransferKind.CHARGE }),
      give: () => book({ kind: TransferKind.ADJUSTMENT }),
      take: () => book({ kind: TransferKind.ADJUSTMENT, amount: `-${amount}` }),
      pay: () => book({ kind: TransferKind.TRANSFER, toCustomer: other }),
      receive: () => book({ kind: TransferKind.TRANSFER, customer: other, toCustomer: customer }),
      capture: async () => {
        const { receipt } = await ledger.createHold({ ...mine, amount });
        return ledger.captureHold({ organization, hold: receipt?.hold?.id ?? "", final: true });
      },
      expire: () => {
        const onExpiry = pick % 2 === 0 ? ExpiryPolicy.CAPTURE : ExpiryPolicy.RELEASE;
        return ledger.createHold({ ...mine, amount, ttl: { seconds: 1n, nanos: 0 }, onExpiry });
      },
      refund: () => ledger.refundTransfer({ organization, transfer: pickOf("charge", pick), amount }),
      reverse: () =>
        ledger.reverseTransfer({
          ...{ organization, transfer: pickOf("credit", pick), amount },
          allowDebt: pick % 2 === 0,
        }),
      "usage of nothing": async () => {
        const usages = [{ id: uuidv7(), amount: 0n, source: "api" }];
        await connectClients(service.url, tenant.writer).frontier.createBillingUsage({
          orgId: organization,
          usages,
        });
        return {};
      },
    };
    const receipt = await steps[kind]().then(
      (answer) => answer.receipt,
      () => undefined,
    );
    if (receipt?.transfer !== undefined) done[kind] = [...(done[kind] ?? []), receipt.transfer.id];
  }
}

/** Once no hold is left that time could still capture. */
async function natively(tenant: Tenant) {
  const { ledger } = connectClients(service.url, tenant.reader);
  const organization = tenant.orgId;
  const read = () => ledger.getBalance({ organization, customer: tenant.billingId, currency: "VC" });
  await until(async () => (await read()).held === "0");
  const { posted } = await read();
  const { accounts } = await ledger.listAccounts({ organization, customer: tenant.billingId });
  const [account] = accounts;
  const { entries } = await ledger.listEntries({ organization, account: account?.id ?? "", pageSize: 1_000 });
  expect(sumOf(entries.map(({ amount }) => BigInt(amount)))).toBe(BigInt(posted));
  return {
    posted: BigInt(posted),
    funded: BigInt(account?.funded ?? ""),
    spent: BigInt(account?.spent ?? ""),
    kinds: new Map(entries.map(({ transfer }) => [transfer?.id ?? "", transfer?.kind])),
  };
}

/** What is debited is what was used: without what was taken back of a credit, and less what was given back. */
async function overFrontier(tenant: Tenant, kinds: ReadonlyMap<string, TransferKind | undefined>) {
  const { frontier } = connectClients(service.url, tenant.reader);
  const { transactions } = await frontier.listBillingTransactions({ orgId: tenant.orgId });
  const { organizationTokens } = await frontier.searchOrganizationTokens({
    id: tenant.orgId,
    query: { limit: 1_000 },
  });
  const { balance } = await frontier.getBillingBalance({ orgId: tenant.orgId });
  const { debited } = await frontier.totalDebitedTransactions({ orgId: tenant.orgId });
  const signed = ({ type, amount }: { type: string; amount: bigint }) =>
    type === "debit" ? -amount : amount;
  const sum = sumOf(transactions.map(signed));
  expect(transactions.every(({ amount }) => amount > 0n)).toBe(true);
  expect(sumOf(organizationTokens.map(signed))).toBe(sum);
  expect(balance?.amount).toBe(sum);
  const used = transactions.filter(({ id, type }) => {
    const kind = kinds.get(id);
    const isGivenBack = kind === TransferKind.REFUND || kind === TransferKind.ADJUSTMENT;
    return type === "debit" ? kind !== TransferKind.REVERSAL : isGivenBack;
  });
  expect(debited?.amount).toBe(-sumOf(used.map(signed)));
  return { balance: sum, debited: debited?.amount };
}

async function overApigeeX(tenant: Tenant) {
  const { json } = await apigee(service, tenant)("GET", `/developers/${tenant.billingId}/balance`);
  const { wallets } = json as { wallets: { balance: { units?: string } }[] };
  return BigInt(wallets[0]?.balance.units ?? 0);
}

async function overApigeeEdge(tenant: Tenant) {
  const edge = edgeClient(service, tenant);
  const { body } = await edge.post("/transaction-search?all=true", {
    body: { devCriteria: [{ id: tenant.billingId }] },
  });
  const { transaction } = body as {
    transaction: { type: string; rate: number; developer: { id: string } }[];
  };
  const changes = transaction.map(({ type, rate, developer }) => {
    const isPaid = type === "PURCHASE" || (type === "CHARGE" && developer.id === tenant.billingId);
    return isPaid ? -BigInt(rate) : BigInt(rate);
  });
  const now = new Date();
  const month = now.toLocaleString("en", { month: "long", timeZone: "UTC" }).toUpperCase();
  const query = `billingMonth=${month}&billingYear=${now.getUTCFullYear()}`;
  const owner = `/developers/${tenant.billingId}`;
  const only = async (path: string) =>
    ((await edge.get(path)).body as { developerBalance: Record<string, number>[] }).developerBalance[0] ?? {};
  const { amount = 0, usage = 0 } = await only(`${owner}/developer-balances`);
  const report = await only(`${owner}/prepaid-developer-balance?${query}`);
  const sum = sumOf(changes);
  expect(BigInt(amount) - BigInt(usage)).toBe(sum);
  expect(BigInt(report["currentBalance"] ?? 0)).toBe(sum);
  expect(report["currentUsage"]).toBe(usage);
  return { balance: sum, topUps: BigInt(report["topups"] ?? 0), usage: BigInt(usage) };
}

function sumOf(amounts: readonly bigint[]): bigint {
  return amounts.reduce((sum, amount) => sum + amount, 0n);
}
