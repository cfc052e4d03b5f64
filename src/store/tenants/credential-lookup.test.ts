import { sql as drizzleSql } from "drizzle-orm";
import { attempt, retry, startStore, type TestStore } from "../store.fixture.ts";
import { CredentialLookup } from "./credential-lookup.ts";
import { Credentials } from "./credentials.ts";

let store: TestStore;
let lookup: CredentialLookup;
beforeAll(async () => {
  store = await startStore();
  lookup = new CredentialLookup(store.database);
});
afterAll(() => store.stop());

const hashOf = (clientId: string) => Buffer.from(clientId).toString("hex");

async function create(clientId: string): Promise<void> {
  const fields = { orgId: store.orgId, role: "reader", displayName: "" } as const;
  await new Credentials(store.database).create(
    { clientId, secretHash: hashOf(clientId), ...fields },
    attempt,
  );
}

it("finds each of those that are asked for at once, by id and by the secret's hash", async () => {
  const ids = Array.from({ length: 20 }, (_, index) => `client-${index}`);
  for (const id of ids) await create(id);
  const asked = Array.from({ length: 2_000 }, (_, index) => `client-${index}`);
  const byId = await Promise.all(asked.map((id) => lookup.find("clientId", id)));
  expect(byId.filter((found) => found !== undefined).map(({ clientId }) => clientId)).toEqual(ids);
  const byHash = await Promise.all(asked.map((id) => lookup.find("secretHash", hashOf(id))));
  expect(byHash.filter((found) => found !== undefined).map(({ clientId }) => clientId)).toEqual(ids);
});

it.each(["quotes \" and '", "{braces},", "back\\slash", "NULL", "é", " "])(
  "finds an id such as %j",
  async (id) => {
    await create(id);
    expect(await lookup.find("clientId", id)).toMatchObject({ clientId: id });
  },
);

it("does not find one that was revoked", async () => {
  await create("revoked");
  await new Credentials(store.database).revoke({ orgId: store.orgId, clientId: "revoked" }, attempt);
  expect(await lookup.find("clientId", "revoked")).toBeUndefined();
  expect(await lookup.find("secretHash", hashOf("revoked"))).toBeUndefined();
});

it("finds one by its former secret, until that ends, and none past its end", async () => {
  const credentials = new Credentials(store.database);
  const which = { orgId: store.orgId, clientId: "rotated" };
  await create("rotated");
  const inAnHour = new Date(Date.now() + 3_600_000);
  const rotate = (name: string, formerEndsAt: Date) =>
    credentials.rotate(which, { secretHash: hashOf(name), formerEndsAt }, attempt);
  await rotate("second", inAnHour);
  for (const name of ["rotated", "second"])
    expect(await lookup.find("secretHash", hashOf(name))).toMatchObject({
      clientId: "rotated",
      secretHash: hashOf("second"),
      formerSecretHash: hashOf("rotated"),
    });
  await rotate("third", new Date(0));
  expect(await lookup.find("secretHash", hashOf("second"))).toBeUndefined();
  expect(await lookup.find("clientId", "rotated")).toMatchObject({ formerSecretHash: null });
  await credentials.update(which, { expiresAt: new Date(0) }, attempt);
  expect(await lookup.find("clientId", "rotated")).toBeUndefined();
  expect(await lookup.find("secretHash", hashOf("third"))).toBeUndefined();
});

it("is rotated once by a call that has to ask again", async () => {
  await create("asked twice");
  const which = { orgId: store.orgId, clientId: "asked twice" };
  const secret = { secretHash: hashOf("next"), formerEndsAt: new Date(Date.now() + 3_600_000) };
  const credentials = new Credentials(store.database);
  const rotated = await credentials.rotate(which, secret, attempt);
  expect(rotated).toMatchObject({ formerSecretHash: hashOf("asked twice") });
  expect(await credentials.rotate(which, secret, retry)).toEqual(rotated);
});

it("holds up nobody else, however many are asked for and however long that takes", async () => {
  let asked: Promise<unknown>[] = [];
  await store.sql((client) =>
    client.begin(async (transaction) => {
      await transaction`lock table credentials in access exclusive mode`;
      asked = Array.from({ length: 2_000 }, (_, index) => lookup.find("clientId", `unknown-${index}`));
      const { database } = store;
      const reads = [database.orm(), database.keyed()].map((orm) => orm.execute(drizzleSql`select 1 as one`));
      const writes = database.transaction((orm) => orm.execute(drizzleSql`select 1 as one`));
      expect((await Promise.all([...reads, writes])).map(([row]) => row)).toEqual(Array(3).fill({ one: 1 }));
    }),
  );
  expect(new Set(await Promise.all(asked))).toEqual(new Set([undefined]));
});
