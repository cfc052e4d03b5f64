import { v7 as uuidv7 } from "uuid";
import { attempt, newCustomer, startStore, type TestStore } from "../store.fixture.ts";
import { putImportedCustomers } from "./imported-customers.ts";

let store: TestStore;
beforeAll(async () => {
  store = await startStore();
});
afterAll(() => store.stop());

const resolve = async (text: string, as: "email" | "group" | "either" = "either") => {
  const [resolved] = await store.names.resolveNames(store.orgId, [{ text, as }]);
  if (resolved === undefined) throw new Error("no answer");
  return { id: resolved.id, everNamed: [...resolved.everNamed].sort() };
};
const noAttributes = { attributes: [] };

async function newGroup(name: string): Promise<string> {
  const id = uuidv7();
  const fields = { displayName: "", channelId: "", channelUri: "", email: "", ...noAttributes };
  const created = await store.appGroups.create({ orgId: store.orgId, id, name }, fields, attempt);
  if (created === "taken") throw new Error(`${name} is taken`);
  return id;
}

it("answers in the order of the names, and nobody where there is nobody", async () => {
  const ann = await newCustomer(store, { email: "ann@example.com" });
  const team = await newGroup("team");
  const names = [
    { text: "team", as: "group" },
    { text: "nobody@example.com", as: "email" },
    { text: "ANN@example.com", as: "either" },
    { text: "team", as: "email" },
    { text: "", as: "either" },
  ] as const;
  expect(await store.names.resolveNames(store.orgId, names)).toEqual([
    { id: team, everNamed: [team] },
    { id: undefined, everNamed: [] },
    { id: ann, everNamed: [ann] },
    { id: undefined, everNamed: [team] },
    { id: undefined, everNamed: [] },
  ]);
});

it("names nobody of another organization", async () => {
  await newCustomer(store, { email: "here@example.com" });
  const [elsewhere] = await store.names.resolveNames(uuidv7(), [{ text: "here@example.com", as: "email" }]);
  expect(elsewhere).toEqual({ id: undefined, everNamed: [] });
});

it("tells whom a former email named, also once somebody else has it", async () => {
  const { customers, orgId } = store;
  const [first, email] = [await newCustomer(store, { email: "first@example.com" }), "first@example.com"];
  await customers.update({ orgId, id: first }, { email: "moved@example.com", ...noAttributes }, attempt);
  expect(await resolve(email)).toEqual({ id: undefined, everNamed: [first] });
  const second = await newCustomer(store, { email: "First@Example.com" });
  expect(await resolve(email)).toEqual({ id: second, everNamed: [first, second].sort() });
  expect(await resolve("moved@example.com")).toEqual({ id: first, everNamed: [first] });
});

it("takes the active bearer before a disabled one, and never a deleted one", async () => {
  const { customers, orgId } = store;
  const email = "shared@example.com";
  const first = await newCustomer(store, { email });
  await customers.setState({ orgId, id: first }, "disabled", attempt);
  expect((await resolve(email)).id).toBe(first);
  const second = await newCustomer(store, { email });
  expect(await customers.setState({ orgId, id: first }, "active", attempt)).toEqual({ taken: "email" });
  expect((await resolve(email)).id).toBe(second);
  await customers.delete({ orgId, id: second }, { erase: false }, attempt);
  expect(await resolve(email)).toEqual({ id: first, everNamed: [first, second].sort() });
});

it("keeps the names of app groups and of whatever is imported, a developer's and a billing account's", async () => {
  const { orgId, appGroups, developers, billingAccounts, customers, database } = store;
  const group = await newGroup("Payers");
  await appGroups.delete((await appGroups.find({ orgId, name: "Payers" })) as never, attempt);
  const again = await newGroup("Payers");
  expect(await resolve("Payers", "group")).toEqual({ id: again, everNamed: [group, again].sort() });
  expect((await resolve("payers")).everNamed).toEqual([]);

  const profile = { firstName: "", lastName: "", userName: "", appFamily: "", accessType: "" };
  const developer = uuidv7();
  const fields = { name: "", profile, ...noAttributes };
  await developers.create({ orgId, id: developer }, { email: "Dev@example.com", ...fields }, attempt);
  await developers.replace({ orgId, id: developer }, { email: "dev2@example.com", ...fields }, attempt);
  expect(await resolve("dev@example.com")).toEqual({ id: undefined, everNamed: [developer] });
  expect((await resolve("DEV2@example.com")).id).toBe(developer);

  const account = uuidv7();
  const said = { name: "", phone: "", address: null, taxData: [], invoiceCurrency: "usd", metadata: null };
  await customers.createBillingAccount(
    {
      orgId,
      id: account,
      fields: { ...said, email: "Bill@example.com" },
    },
    attempt,
  );
  await billingAccounts.update({ orgId, id: account }, { ...said, email: "bill2@example.com" }, attempt);
  expect(await resolve("bill@example.com")).toEqual({ id: undefined, everNamed: [account] });

  const times = { createdAt: "2020-01-01T00:00:00Z", updatedAt: "2020-01-01T00:00:00Z", deletedAt: null };
  const imported = { ...said, ...times, id: uuidv7(), state: "disabled", dueInDays: "3" } as const;
  for (const email of ["ΣΑΣ@old.example", "new@old.example"]) {
    await database.transaction((orm) => putImportedCustomers(orm, orgId, [{ ...imported, email }]));
  }
  expect(await resolve("σας@old.example")).toEqual({ id: undefined, everNamed: [imported.id] });
  expect((await resolve("New@old.example")).id).toBe(imported.id);
});

it("takes an id for a group's only where it is or was one's, and before a name", async () => {
  const { appGroups, orgId } = store;
  const ann = await newCustomer(store, { email: "groupless@example.com" });
  const group = await newGroup("by id");
  expect(await resolve(group.toUpperCase(), "group")).toEqual({ id: group, everNamed: [group] });
  for (const id of [ann, uuidv7()])
    expect(await resolve(id, "group")).toEqual({ id: undefined, everNamed: [] });
  const impostor = await newGroup(group);
  expect(await resolve(group, "group")).toEqual({ id: group, everNamed: [group, impostor].sort() });
  const named = { orgId, name: group };
  expect((await appGroups.find(named))?.customer.id).toBe(group);
  await appGroups.delete((await appGroups.find(named)) as never, attempt);
  expect(await resolve(group, "group")).toEqual({ id: impostor, everNamed: [group, impostor].sort() });
});

it("answers a thousand names that come together", async () => {
  const ids = await Promise.all(
    Array.from({ length: 20 }, (_, index) => newCustomer(store, { email: `many${index}@example.com` })),
  );
  const names = Array.from({ length: 1_000 }, (_, index) => {
    return { text: `MANY${index % 20}@example.com`, as: "email" } as const;
  });
  const resolved = await store.names.resolveNames(store.orgId, names);
  expect(resolved.map(({ id }) => id)).toEqual(names.map((_, index) => ids[index % 20]));
});
