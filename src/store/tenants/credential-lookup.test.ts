import { sql as drizzleSql } from "drizzle-orm";
import { attempt, startStore, type TestStore } from "../store.fixture.ts";
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
  await new Credentials(store.database).revoke({ orgId: store.orgId, clientId: "revoked" });
  expect(await lookup.find("clientId", "revoked")).toBeUndefined();
  expect(await lookup.find("secretHash", hashOf("revoked"))).toBeUndefined();
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
