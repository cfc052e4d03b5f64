import { v7 as uuidv7 } from "uuid";
import { attempt, newCustomer, retry, startStore, type TestStore } from "../store.fixture.ts";
import { Trail } from "../trail/trail.ts";

let store: TestStore;
beforeAll(async () => {
  store = await startStore();
});
afterAll(() => store.stop());

describe("setState", () => {
  it("disables and enables, and leaves what is in the state already as it is", async () => {
    const { customers, orgId } = store;
    const which = { orgId, id: await newCustomer(store) };
    const disabled = await customers.setState(which, "disabled", attempt);
    expect(disabled).toMatchObject({ state: "disabled" });
    expect(await customers.setState(which, "disabled", attempt)).toEqual(disabled);
    expect(await customers.setState(which, "active", attempt)).toMatchObject({ state: "active" });
    expect(await customers.setState({ orgId, id: uuidv7() }, "active", attempt)).toBeUndefined();
  });

  it("does not enable a billing account beside another", async () => {
    const { customers, orgId } = store;
    const said = { name: "", email: "", phone: "", address: null, taxData: [], invoiceCurrency: "usd" };
    const fields = { ...said, metadata: null };
    const [first, second] = [uuidv7(), uuidv7()];
    await customers.createBillingAccount({ orgId, id: first, fields }, attempt);
    await customers.setState({ orgId, id: first }, "disabled", attempt);
    await customers.createBillingAccount({ orgId, id: second, fields }, attempt);
    expect(await customers.setState({ orgId, id: first }, "active", attempt)).toEqual({
      activeBillingAccount: true,
    });
  });
});

describe("update", () => {
  it("adds attributes, or puts them in the place of those that are there", async () => {
    const { customers, orgId } = store;
    const which = { orgId, id: await newCustomer(store) };
    const attributes = (...pairs: [string, string][]) => pairs.map(([name, value]) => ({ name, value }));
    await customers.update(which, { attributes: attributes(["b", "1"], ["10", "2"], ["a", "3"]) }, attempt);
    const added = await customers.update(
      which,
      {
        attributes: attributes(["10", ""], ["b", "4"], ["2", "5"]),
      },
      attempt,
    );
    expect(added).toMatchObject({ attributes: attributes(["b", "4"], ["a", "3"], ["2", "5"]) });
    const change = { attributes: attributes(["d", "4"]), replacesAttributes: true };
    expect(await customers.update(which, change, attempt)).toHaveProperty(
      "attributes",
      attributes(["d", "4"]),
    );
  });

  it("keeps an email in one normal form", async () => {
    const { customers, orgId } = store;
    const which = { orgId, id: await newCustomer(store) };
    const updated = await customers.update(which, { email: "E\u0301@example.com", attributes: [] }, attempt);
    expect(updated).toMatchObject({ email: "É@example.com", emailKey: "é@example.com" });
  });
});

describe("create", () => {
  it("finds what the attempt before created, and refuses what another did", async () => {
    const { customers, orgId } = store;
    const fields = { orgId, id: uuidv7(), name: "Ann", email: "E\u0301@create.example" } as const;
    const asked = { ...fields, billingType: "prepaid", attributes: [] } as const;
    const created = await customers.create(asked, attempt);
    expect(created).toMatchObject({ email: "É@create.example" });
    expect(await customers.create(asked, retry)).toEqual(created);
    expect(await customers.create({ ...asked, name: "Bob" }, retry)).toEqual({ taken: "id" });
    expect(await customers.create({ ...asked, id: uuidv7() }, attempt)).toEqual({ taken: "email" });
  });
});

it("a developer and an app group that are replaced by what they are stay as they are, and it is no act", async () => {
  const { developers, appGroups, database, orgId } = store;
  const [developerId, groupId] = [uuidv7(), uuidv7()];
  const words = { firstName: "A", lastName: "", userName: "", appFamily: "", accessType: "" };
  const developer = { email: "a@example.com", name: "A", profile: words, attributes: [] };
  const group = { displayName: "G", attributes: [], channelId: "1", channelUri: "", email: "" };
  await developers.create({ orgId, id: developerId }, developer, attempt);
  await appGroups.create({ orgId, id: groupId, name: "group" }, group, attempt);
  const newest = async () => {
    const { rows } = await new Trail(database).list({ orgId, filter: {}, rowsMax: 1 });
    return rows.map(({ verb, target, after }) => ({ verb, target, after }));
  };
  const before = await newest();
  expect(before).toMatchObject([{ verb: "customer.create", target: `customers/${groupId}` }]);
  await developers.replace({ orgId, id: developerId }, developer, attempt);
  await appGroups.replace({ orgId, id: groupId }, group, attempt);
  expect(await newest()).toEqual(before);
  const renamed = { ...developer, profile: { ...words, firstName: "B" } };
  expect(await developers.replace({ orgId, id: developerId }, renamed, attempt)).toMatchObject({
    profile: { firstName: "B" },
  });
  const after = { firstName: "(not kept)" };
  expect(await newest()).toEqual([{ verb: "customer.update", target: `customers/${developerId}`, after }]);
  await appGroups.replace({ orgId, id: groupId }, { ...group, channelId: "2" }, attempt);
  expect(await newest()).toMatchObject([
    { target: `customers/${groupId}`, after: { channelId: "(not kept)" } },
  ]);
});
