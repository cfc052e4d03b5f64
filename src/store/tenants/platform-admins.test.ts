import { eq } from "drizzle-orm";
import { credentials } from "../schema.ts";
import { attempt, startStore, type TestStore } from "../store.fixture.ts";
import { CredentialLookup } from "./credential-lookup.ts";
import { Credentials } from "./credentials.ts";
import { PlatformAdmins } from "./platform-admins.ts";

let store: TestStore;
let admins: PlatformAdmins;
let made: Credentials;
beforeEach(async () => {
  store = await startStore();
  admins = new PlatformAdmins(store.database);
  made = new Credentials(store.database);
});
afterEach(() => store.stop());

const put = (clientId: string, secretHash: string) =>
  admins.put({ clientId, secretHash, displayName: "" }, attempt);
const rotate = (clientId: string, secretHash: string, formerEndsAt = new Date(Date.now() + 3_600_000)) =>
  made.rotate({ orgId: null, clientId }, { secretHash, formerEndsAt }, attempt);
const revoke = (clientId: string) => made.revoke({ orgId: null, clientId }, attempt);
/** Who is proved by a secret. */
const holderOf = async (secretHash: string) =>
  (await new CredentialLookup(store.database).find("secretHash", secretHash))?.clientId;

it("a secret that has ended is put under no client id, and nobody is revoked for it", async () => {
  expect(await put("root", "first")).toBe("put");
  for (const hash of ["second", "third"]) {
    await rotate("root", hash);
    // Used, so that the next rotation does not take its place.
    await store.database
      .orm()
      .update(credentials)
      .set({ newestProved: true })
      .where(eq(credentials.clientId, "root"));
  }
  for (const [id, hash] of [
    ["root", "first"],
    ["other", "first"],
    ["other", "second"],
  ] as const)
    expect({ id, hash, outcome: await put(id, hash) }).toEqual({ id, hash, outcome: "spent" });
  expect(await put("root", "second")).toBe("put");
  expect(await holderOf("third")).toBe("root");
  expect(await holderOf("second")).toBe("root");
  await revoke("root");
  for (const hash of ["first", "second", "third"]) expect(await put("other", hash)).toBe("spent");
  expect(await put("root", "third")).toBe("revoked");
  expect(await admins.isThereOne()).toBe(false);
});

it("a secret that the settings have replaced is not put again", async () => {
  for (const hash of ["first", "second"]) expect(await put("root", hash)).toBe("put");
  expect(await put("root", "first")).toBe("spent");
  expect(await holderOf("second")).toBe("root");
});

it("a secret goes on to be good under another client id, and again, and then ends for all", async () => {
  for (const id of ["root", "renamed", "renamed again"]) {
    expect(await put(id, "secret")).toBe("put");
    expect(await put(id, "secret")).toBe("put");
    expect(await holderOf("secret")).toBe(id);
  }
  expect(await put("root", "new")).toBe("revoked");
  await revoke("renamed again");
  expect(await put("another", "secret")).toBe("spent");
});

it("one that has expired stays so, and so does its secret", async () => {
  await put("root", "secret");
  await made.update({ orgId: null, clientId: "root" }, { expiresAt: new Date(0) }, attempt);
  for (const hash of ["secret", "new"]) expect(await put("root", hash)).toBe("expired");
  expect(await put("other", "secret")).toBe("spent");
});

it.each([
  ["ahead", 1, "put"],
  ["behind", -1, "expired"],
] as const)(
  "by the database's clock it is told what has expired, though the service's is %s",
  async (_, side, outcome) => {
    const [hourMs, now] = [3_600_000, Date.now()];
    await put("root", "secret");
    const which = { orgId: null, clientId: "root" };
    await made.update(which, { expiresAt: new Date(now + (side * hourMs) / 2) }, attempt);
    const clock = jest.spyOn(Date, "now").mockReturnValue(now + side * hourMs);
    expect(await put("root", "new").finally(() => clock.mockRestore())).toBe(outcome);
  },
);

it("a former secret is put for as long as the database's clock says that it is good", async () => {
  const [hourMs, now] = [3_600_000, Date.now()];
  await put("root", "former");
  await rotate("root", "new", new Date(now + hourMs));
  const clock = jest.spyOn(Date, "now").mockReturnValue(now + 2 * hourMs);
  expect(await put("root", "former").finally(() => clock.mockRestore())).toBe("put");
  expect(await holderOf("new")).toBe("root");
});

it("starts at once put one, each", async () => {
  const other = new PlatformAdmins(store.database);
  const both = (id: string) =>
    Promise.all(
      [admins, other, admins, other].map((each) =>
        each.put({ clientId: id, secretHash: id, displayName: "" }, attempt),
      ),
    );
  for (const id of ["root", "second", "third"]) expect(new Set(await both(id))).toEqual(new Set(["put"]));
});

it.each(["update spent_secrets set client_id = ''", "delete from spent_secrets", "truncate spent_secrets"])(
  "nobody may %s",
  async (change) => {
    await expect(store.sql((sql) => sql.unsafe(change))).rejects.toThrow("append-only");
  },
);
