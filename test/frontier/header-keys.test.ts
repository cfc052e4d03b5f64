import { Code } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import { Role } from "../../gen/tallystick/v1/credential_pb.ts";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { failureOf } from "../support/failure.ts";
import {
  basic,
  connectClients,
  startService,
  type Tenant,
  type TestCredential,
  type TestService,
} from "../support/service.ts";

/** What administrators book has no id in Frontier; the header `Idempotency-Key` makes it count once. */

let service: TestService;
/** The same service after its products have other prices, or are gone. */
let dearer: { readonly url: string };
/** Another administrator's. */
let another: TestCredential;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService({ creditProducts: new Map([["starter", 400n]]) });
  dearer = await service.another({ creditProducts: new Map([["pro", 900n]]) });
  const { credential, clientSecret } = await platform().credentials.createCredential({ role: Role.ADMIN });
  another = { clientId: credential?.clientId ?? "", clientSecret };
});
let usageId: string;
beforeEach(async () => {
  tenant = await service.tenant({ credits: 100 });
  usageId = uuidv7();
  await frontier().createBillingUsage({ orgId: tenant.orgId, usages: [{ id: usageId, amount: 60n }] });
});
afterAll(() => service.stop());

const platform = () => connectClients(service.url, service.platform);
const frontier = () => connectClients(service.url, tenant.admin).frontier;
const balance = async (billingId = tenant.billingId) =>
  (await frontier().getBillingBalance({ orgId: tenant.orgId, id: billingId })).balance?.amount;

interface Sent {
  readonly key?: string;
  readonly amount?: bigint;
  readonly billingId?: string;
  readonly url?: string;
  readonly as?: TestCredential;
}

/** Calls as an administrator, and answers whether it was a replay. */
type Send = (sent?: Sent) => Promise<boolean>;

const optionsOf = (key: string, told: { isReplay: boolean }) => ({
  headers: { "idempotency-key": key },
  onHeader: (header: Headers) => {
    told.isReplay = header.get("idempotency-replayed") === "true";
  },
});

const checkout: Send = async (sent = {}) => {
  const { key = "a", amount = 2n, billingId = "", url = service.url, as = service.platform } = sent;
  const told = { isReplay: false };
  const { admin } = connectClients(url, as);
  const productBody = { product: "starter", quantity: amount };
  const request = { orgId: tenant.orgId, billingId, productBody };
  const { product } = await admin.delegatedCheckout(request, optionsOf(key, told));
  expect(product?.behaviorConfig?.creditAmount).toBe(400n);
  return told.isReplay;
};

const revert: Send = async (sent = {}) => {
  const { key = "a", amount = 20n, billingId = "", url = service.url, as = service.platform } = sent;
  const told = { isReplay: false };
  const { admin } = connectClients(url, as);
  const request = { orgId: tenant.orgId, billingId, usageId, amount };
  await admin.revertBillingUsage(request, optionsOf(key, told));
  return told.isReplay;
};

describe.each<[string, Send, bigint, string]>([
  ["a checkout", checkout, 840n, "KEY_CONFLICT"],
  ["a revert", revert, 60n, "NOT_FOUND"],
])("%s", (_what, send, after, ofAnother) => {
  it.each<[string, () => Promise<unknown>]>([
    ["nothing", async () => undefined],
    ["a disabled account", () => frontier().disableBillingAccount({ id: tenant.billingId })],
    [
      "another account of the organization",
      async () => {
        await frontier().disableBillingAccount({ id: tenant.billingId });
        const body = { name: "Other", email: "other@example.com" };
        await frontier().createBillingAccount({ orgId: tenant.orgId, body });
      },
    ],
    [
      "another currency that is shown",
      () =>
        platform().organizations.updateOrganization({ organization: tenant.orgId, frontierCurrency: "USD" }),
    ],
  ])("that is sent again is answered with what it did, after %s", async (_change, change) => {
    expect(await send()).toBe(false);
    await change();
    expect(await send()).toBe(true);
    expect(await send({ billingId: tenant.billingId })).toBe(true);
    expect(await send({ url: dearer.url })).toBe(true);
    await platform().organizations.updateOrganization({ organization: tenant.orgId, frontierCurrency: "VC" });
    expect(await balance()).toBe(after);
  });

  it("counts once, however often at once, and whoever sends it", async () => {
    const senders = [service.platform, another, service.platform, another, service.platform, another];
    const replays = await Promise.all(senders.map((as) => send({ as })));
    expect(replays.filter((isReplay) => !isReplay)).toHaveLength(1);
    expect(await balance()).toBe(after);
  });

  it("with other content is a conflict, and so is one about another account", async () => {
    await send();
    const conflict = { code: Code.AlreadyExists, reason: "KEY_CONFLICT" };
    // Parts and multiples of what was booked, too, which another price could have made the same.
    for (const amount of [1n, 3n, 4n, 2n ** 63n - 1n])
      expect(await failureOf(send({ amount }))).toMatchObject(conflict);
    expect(await failureOf(send({ amount: 3n, url: dearer.url }))).toMatchObject(conflict);
    expect(await failureOf(send({ billingId: uuidv7() }))).toMatchObject({ reason: ofAnother });
    expect(await balance()).toBe(after);
  });

  it("with another key counts again", async () => {
    await send();
    expect(await send({ key: "b" })).toBe(false);
    expect(await balance()).toBe(40n + 2n * (after - 40n));
  });
});

it("a key of a checkout is no other's: a revert under it is a conflict, and the native key is free", async () => {
  await checkout();
  expect(await failureOf(revert())).toMatchObject({ code: Code.AlreadyExists, reason: "KEY_CONFLICT" });
  const { ledger } = connectClients(service.url, tenant.admin);
  const transfer = { organization: tenant.orgId, customer: tenant.billingId, currency: "VC", amount: "10" };
  await ledger.createTransfer({ ...transfer, kind: TransferKind.CREDIT, key: "a" });
  expect(await balance()).toBe(850n);
});

it("a known key with a usage of the account that is active now is a conflict, whatever the key stands for", async () => {
  await revert({ key: "a" });
  await checkout({ key: "b" });
  await frontier().disableBillingAccount({ id: tenant.billingId });
  const body = { name: "Other", email: "other@example.com" };
  const { billingAccount } = await frontier().createBillingAccount({ orgId: tenant.orgId, body });
  const billingId = billingAccount?.id ?? "";
  await checkout({ key: "c", billingId });
  usageId = uuidv7();
  await frontier().createBillingUsage({ orgId: tenant.orgId, usages: [{ id: usageId, amount: 60n }] });
  for (const key of ["a", "b"])
    expect(await failureOf(revert({ key }))).toMatchObject({
      code: Code.AlreadyExists,
      reason: "KEY_CONFLICT",
    });
  expect(await balance(billingId)).toBe(740n);
  expect(await revert({ key: "d" })).toBe(false);
});

it("over REST the header says so, too, and an empty one is refused", async () => {
  const url = `${service.url}/v1beta1/admin/organizations/${tenant.orgId}/billing/checkouts`;
  const body = JSON.stringify({ product_body: { product: "starter" } });
  const send = async (key: string) => {
    const headers = { authorization: basic(service.platform), "idempotency-key": key };
    const { status, headers: told } = await fetch(url, { method: "POST", headers, body });
    return [status, told.get("idempotency-replayed")];
  };
  expect(await send("k")).toEqual([200, null]);
  expect(await send("k")).toEqual([200, "true"]);
  expect(await send("")).toEqual([400, null]);
  expect(await balance()).toBe(440n);
});

it("a key is what verify expects of it", async () => {
  await checkout();
  await revert({ key: "b" });
  const { violations } = await platform().ledger.verifyLedger({ organization: tenant.orgId });
  expect(violations).toEqual([]);
});
