import { eq } from "drizzle-orm";
import { until } from "../../../test/support/until.ts";
import { credentials } from "../schema.ts";
import { attempt, startStore, type TestStore } from "../store.fixture.ts";
import { CredentialUses } from "./credential-uses.ts";
import { Credentials } from "./credentials.ts";

let store: TestStore;
let uses: CredentialUses;
let made: Credentials;
beforeAll(async () => {
  store = await startStore();
  made = new Credentials(store.database);
});
beforeEach(() => {
  uses = new CredentialUses(store.database);
});
afterEach(() => uses.close());
afterAll(() => store.stop());

async function create(clientId: string): Promise<void> {
  const fields = { clientId, secretHash: `hash of ${clientId}`, orgId: store.orgId } as const;
  await made.create({ ...fields, role: "reader", displayName: "" }, attempt);
}

async function rowOf(clientId: string) {
  const [row] = await store.database
    .orm()
    .select()
    .from(credentials)
    .where(eq(credentials.clientId, clientId));
  if (row === undefined) throw new Error("there is no such credential");
  return row;
}

async function use(clientId: string, secretHash = `hash of ${clientId}`): Promise<void> {
  const credential = await rowOf(clientId);
  uses.note({ credential, secretHash, isNewest: credential.secretHash === secretHash });
}

const isUsed = async (clientId: string) => (await rowOf(clientId)).lastUsedAt !== null;

it("writes the first use of each at once, whoever was used before", async () => {
  for (const id of ["first", "second", "third"]) {
    await create(id);
    await use(id);
    await until(() => isUsed(id));
  }
});

describe("a secret of a rotation", () => {
  const rotate = (clientId: string, secretHash: string) =>
    made.rotate(
      { orgId: store.orgId, clientId },
      { secretHash, formerEndsAt: new Date(Date.now() + 3_600_000) },
      attempt,
    );

  it("that has proved nobody gives way to the next, beside the secret before it", async () => {
    await create("lost");
    await use("lost");
    await rotate("lost", "unseen");
    await use("lost");
    expect(await rotate("lost", "seen")).toMatchObject({ formerSecretHash: "hash of lost" });
  });

  it("that has proved somebody stays good beside the next", async () => {
    await create("deployed");
    await rotate("deployed", "newest");
    await use("deployed", "newest");
    await until(async () => (await rowOf("deployed")).newestProved);
    expect(await rotate("deployed", "next")).toMatchObject({ formerSecretHash: "newest" });
  });

  it("that has proved nobody stays good beside the next where it is alone", async () => {
    await create("idle");
    const which = { orgId: store.orgId, clientId: "idle" };
    await made.rotate(which, { secretHash: "idle newest", formerEndsAt: new Date(0) }, attempt);
    expect(await rotate("idle", "idle next")).toMatchObject({ formerSecretHash: "idle newest" });
  });
});
