import { CurrencyState } from "../../gen/tallystick/v1/currency_pb.ts";
import { connectClients } from "../support/service.ts";
import {
  apigee,
  balance,
  credited,
  developerOf,
  failure,
  madeDeveloper,
  noDeveloper,
  usd,
} from "./client.ts";
import { ann, eachWithTenant, send, service, tenant } from "./set-up.ts";

eachWithTenant({ withAnn: true });
let annId: string;
const email = "ann@example.com";
beforeEach(async () => {
  annId = await idOf(ann);
});

const idOf = async (developer: string) =>
  ((await send("GET", developer)).json as { developerId: string }).developerId;
const credit = (units: string, { holder = ann, transactionId = "order-1", as = send } = {}) =>
  as("POST", `${holder}/balance:credit`, { body: { transactionAmount: usd(units), transactionId } });
const adjust = (units: string, { holder = ann, key = "fix-1" } = {}) =>
  send("POST", `${holder}/balance:adjust`, {
    body: { adjustment: usd(units) },
    header: { "idempotency-key": key },
  });
const groupIdOf = async (group: string) =>
  ((await send("GET", group)).json as { appGroupId: string }).appGroupId;
const balanceOf = async (holder: string) => (await send("GET", `${holder}/balance`)).json;
const rename = async (to: string) => {
  const { status } = await send("PUT", ann, { body: developerOf(to) });
  expect(status).toBe(200);
};
const currencies = () => connectClients(service.url, tenant.admin).currencies;
const moved = (name: string) =>
  failure({
    code: 409,
    status: "ALREADY_EXISTS",
    message: `${name} names somebody else now than when this was done; send the id`,
    reason: "NAME_MOVED",
    metadata: { name },
  });

/** What becomes of the world between a call and its retry; the developer's balance was 20 and stays so. */
const changes: readonly [string, () => Promise<unknown>][] = [
  ["nothing", async () => undefined],
  ["another email of the developer", () => rename("ann.lee@example.com")],
  [
    "the organization's first currency",
    () =>
      currencies().updateCurrency({
        allowMissing: true,
        organization: tenant.orgId,
        code: "EUR",
        force: true,
      }),
  ],
  [
    "an inactive currency",
    () =>
      currencies().updateCurrency({
        allowMissing: true,
        ...{ organization: tenant.orgId, code: "USD", state: CurrencyState.INACTIVE },
        force: true,
      }),
  ],
  [
    "a minimum top-up, and fewer places",
    () =>
      currencies().updateCurrency({
        allowMissing: true,
        ...{ organization: tenant.orgId, code: "USD", minimumTopUp: "1000", decimalPlaces: 0 },
        force: true,
      }),
  ],
  ["an inactive developer", () => send("POST", `${ann}?action=inactive`)],
  ["a developer who pays later", () => send("PUT", `${ann}/monetizationConfig`, { body: postpaid })],
  [
    "a disabled organization",
    () =>
      connectClients(service.url, service.platform).organizations.disableOrganization({
        organization: tenant.orgId,
      }),
  ],
];
const postpaid = { billingType: "POSTPAID" };

describe("the same bytes again are answered with the balance as it is, after", () => {
  it.each(changes)("%s", async (_what, change) => {
    await credit("25");
    await adjust("5");
    await change();
    expect(await credit("25")).toMatchObject({ status: 200, json: balance("20") });
    expect(await adjust("5")).toMatchObject({ status: 200, json: balance("20") });
    // By its id as by its name.
    const byId = { holder: `/developers/${annId}` };
    expect(await credit("25", byId)).toMatchObject({ status: 200, json: balance("20") });
    expect(await credit("26")).toMatchObject({
      status: 409,
      json: { error: { details: [{ reason: "KEY_CONFLICT", metadata: { differing: "amount" } }] } },
    });
  });

  it("another way in which a letter of the transaction id can be written", async () => {
    await credit("25", { transactionId: "caf\u00e9" });
    const decomposed = { transactionId: "cafe\u0301" };
    expect(await credit("25", decomposed)).toMatchObject({ status: 200, json: balance("25") });
    expect((await credit("26", decomposed)).status).toBe(409);
  });

  it("the deletion of the developer: by email, by id, and after a restart", async () => {
    await credit("25");
    await adjust("25");
    expect((await send("DELETE", ann)).status).toBe(200);
    const another = await service.another();
    for (const as of [send, apigee(another, tenant)]) {
      for (const holder of [ann, `/developers/${annId}`])
        expect(await credit("25", { holder, as })).toMatchObject({ status: 200, json: balance("0") });
    }
    expect(await adjust("25")).toMatchObject({ status: 200, json: balance("0") });
    expect(await credit("25", { transactionId: "order-2" })).toMatchObject({
      status: 404,
      json: noDeveloper(email),
    });
  });
});

describe("a name that somebody else has now", () => {
  it("is not credited for the one who had it", async () => {
    await credit("25");
    await adjust("5");
    await rename("ann.lee@example.com");
    await madeDeveloper(send, email);
    const bob = `/developers/${await idOf(ann)}`;
    expect(await credit("25")).toMatchObject({ status: 409, json: moved(email) });
    expect(await adjust("5")).toMatchObject({ status: 409, json: moved(email) });
    expect(await credit("26")).toMatchObject({ status: 409, json: moved(email) });
    expect(await balanceOf(bob)).toEqual({});
    expect(await balanceOf(`/developers/${annId}`)).toEqual(balance("20"));
    // The id says who is meant, and so does her new name.
    for (const holder of [`/developers/${annId}`, "/developers/ann.lee@example.com"])
      expect(await credit("25", { holder })).toMatchObject({ status: 200, json: balance("20") });
  });

  it("is credited for what is new, and for what that one has done itself", async () => {
    await credit("25");
    await rename("ann.lee@example.com");
    await madeDeveloper(send, email);
    expect(await credit("7", { transactionId: "order-2" })).toMatchObject({ json: balance("7") });
    expect(await credit("7", { transactionId: "order-2" })).toMatchObject({ json: balance("7") });
    const bob = `/developers/${await idOf(ann)}`;
    await credit("3", { holder: bob });
    expect(await credit("3")).toMatchObject({ status: 200, json: balance("10") });
    expect(await balanceOf(`/developers/${annId}`)).toEqual(balance("25"));
  });

  it("is not credited where the one who had it was deleted", async () => {
    await credit("25");
    await adjust("25");
    await send("DELETE", ann);
    await madeDeveloper(send, email);
    expect(await credit("25")).toMatchObject({ status: 409, json: moved(email) });
    expect(await balanceOf(ann)).toEqual({});
  });

  it("is not the one that another organization has", async () => {
    await credit("25");
    const other = await service.tenant();
    const sendThere = apigee(service, other);
    await madeDeveloper(sendThere, email);
    await credited(sendThere, ann, "3", "order-1");
    expect((await sendThere("GET", `${ann}/balance`)).json).toEqual(balance("3"));
  });

  it("is of app groups, too", async () => {
    const group = "/appgroups/labs";
    await send("POST", "/appgroups", { body: { name: "labs" } });
    await credit("25", { holder: group });
    await adjust("25", { holder: group });
    const first = await groupIdOf(group);
    expect((await send("DELETE", group)).status).toBe(200);
    expect(await credit("25", { holder: group })).toMatchObject({ status: 200, json: balance("0") });
    await send("POST", "/appgroups", { body: { name: "labs" } });
    expect(await credit("25", { holder: group })).toMatchObject({ status: 409, json: moved("labs") });
    expect(await balanceOf(group)).toEqual({});
    // The id says who is meant.
    const [was, is] = [`/appgroups/${first}`, `/appgroups/${await groupIdOf(group)}`];
    expect(await credit("25", { holder: was })).toMatchObject({ status: 200, json: balance("0") });
    expect(await credit("9", { holder: is })).toMatchObject({ status: 200, json: balance("9") });
    expect(await balanceOf(group)).toEqual(balance("9"));
  });
});
