import { v7 as uuidv7 } from "uuid";
import { attempt, retry, startStore, type TestStore } from "../store.fixture.ts";
import { Organizations } from "./organizations.ts";

let store: TestStore;
beforeAll(async () => {
  store = await startStore();
});
afterAll(() => store.stop());

let made = 0;
const newName = () => `tenant-${made++}`;
const fieldsOf = (name: string, id = uuidv7()) => ({ id, name, displayName: name, frontierCurrency: "VC" });

async function newOrganization(name = newName()) {
  const created = await store.organizations.create(fieldsOf(name), attempt);
  if (created === undefined) throw new Error(`${name} is taken`);
  return created;
}

it("is found by id and by every name that it ever had, in another instance too", async () => {
  const { id, name } = await newOrganization();
  const names = [name, newName(), newName()];
  for (const next of names.slice(1)) {
    expect(await store.organizations.update(id, { name: next }, attempt)).toMatchObject({ id, name: next });
  }
  for (const organizations of [store.organizations, new Organizations(store.database)]) {
    for (const each of [id, id.toUpperCase(), ...names]) {
      expect(await organizations.find(each)).toMatchObject({ id, name: names[2] });
    }
  }
});

it("keeps its former names from others, and may have them again", async () => {
  const { id, name } = await newOrganization();
  const other = await newOrganization();
  const renamed = newName();
  await store.organizations.update(id, { name: renamed }, attempt);
  expect(await store.organizations.create(fieldsOf(name), attempt)).toBeUndefined();
  for (const taken of [name, renamed]) {
    expect(await store.organizations.update(other.id, { name: taken }, attempt)).toBe("name taken");
  }
  expect(await store.organizations.find(other.name)).toMatchObject({ id: other.id, name: other.name });
  expect(await store.organizations.update(id, { name }, attempt)).toMatchObject({ name });
});

it("gives a name to one of ten that ask at once", async () => {
  const name = newName();
  const others = await Promise.all(Array.from({ length: 5 }, () => newOrganization()));
  const outcomes = await Promise.allSettled([
    ...others.map(({ id }) => store.organizations.update(id, { name }, attempt)),
    ...others.map(() => store.organizations.create(fieldsOf(name), attempt)),
  ]);
  const owners = outcomes.flatMap((outcome) =>
    outcome.status === "fulfilled" && typeof outcome.value === "object" ? [outcome.value.id] : [],
  );
  // Those that a deadlock ended are tried again by whoever asked.
  expect(owners).toHaveLength(1);
  expect(await store.organizations.find(name)).toHaveProperty("id", owners[0]);
});

it("changes what is given alone", async () => {
  const { id, name } = await newOrganization();
  const change = { displayName: "Tenant", frontierCurrency: "USD", state: "disabled" } as const;
  expect(await store.organizations.update(id, change, attempt)).toMatchObject({ name, ...change });
  expect(await store.organizations.find(name)).toMatchObject(change);
  expect(await store.organizations.update(id, { state: "active" }, attempt)).toMatchObject({
    displayName: "Tenant",
    state: "active",
  });
  expect(await store.organizations.update(uuidv7(), change, attempt)).toBeUndefined();
});

it("is created once, and found created by a retry", async () => {
  const fields = fieldsOf(newName());
  const created = await store.organizations.create(fields, attempt);
  expect(created).toMatchObject({ ...fields, state: "active" });
  expect(await store.organizations.create(fields, attempt)).toBeUndefined();
  expect(await store.organizations.create(fields, retry)).toEqual(created);
  expect(await store.organizations.create(fieldsOf(newName(), fields.id), attempt)).toBeUndefined();
});

it("is asked for a name that it has not as often where another has it as where nobody has", async () => {
  const [{ id, name }, other] = [await newOrganization(), await newOrganization()];
  await store.organizations.update(id, { name: newName() }, attempt);
  const keyed = jest.fn(() => store.database.keyed());
  const organizations = new Organizations({ keyed } as unknown as typeof store.database);
  const queriesFor = async (asked: string) => {
    keyed.mockClear();
    const answers = [await organizations.hasHadName(id, asked), await organizations.hasHadName(id, asked)];
    return { answers, queries: keyed.mock.calls.length };
  };
  expect(await queriesFor(name)).toEqual({ answers: [true, true], queries: 1 });
  for (const asked of [other.name, "nobody-has-this"])
    expect(await queriesFor(asked)).toEqual({ answers: [false, false], queries: 2 });
  expect(await queriesFor(other.id)).toEqual({ answers: [false, false], queries: 0 });
});
