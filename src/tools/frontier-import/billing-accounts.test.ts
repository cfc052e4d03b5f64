import { Amount } from "../../domain/amount.ts";
import { importedAccount, planAccounts } from "./billing-accounts.ts";
import type { FrontierAccount } from "./reading/rows.ts";
import type { AccountFacts } from "./writing/billing-accounts.ts";

function account(fields: Partial<FrontierAccount> = {}) {
  return importedAccount({
    ...{
      id: "a",
      name: "Account",
      email: "",
      phone: "",
      address: {},
      tax: {},
      metadata: null,
      currency: "usd",
    },
    ...{ isActive: true, creditMin: "0", dueInDays: "0", deletedAt: null },
    ...{ createdAt: "2024-01-01 00:00:00+00", updatedAt: "2024-01-02 00:00:00+00" },
    ...fields,
  });
}

const facts = (known: Partial<AccountFacts> = {}): AccountFacts => ({
  ...{ present: new Map(), activeId: undefined, emails: new Map(), ...known },
});
const states = (...of: Parameters<typeof planAccounts>) =>
  Object.fromEntries(planAccounts(...of).writes.map(({ id, state }) => [id, state]));

describe("importedAccount", () => {
  it("takes no text for an email that could be the name of an app group, and keeps it for a note", () => {
    expect(account({ email: "me@example.com" })).not.toHaveProperty("unusableEmail");
    for (const email of ["acme", "a b@example.com", "me\u200b@example.com"]) {
      expect(account({ email })).toMatchObject({ email: "", unusableEmail: email });
      expect(planAccounts([account({ email })], facts())).toMatchObject({
        writes: [{ email: "" }],
        noted: [{ says: `has no email here: ${JSON.stringify(email)} is none` }],
      });
    }
  });

  it("has a limit of its own where Frontier's is not 0", () => {
    expect(account().minimumBalance).toBeNull();
    expect(account({ creditMin: "-9223372036854775808" }).minimumBalance).toEqual(
      Amount.of("-9223372036854775808"),
    );
  });

  it.each([[{}], [null], ["text"], [{ line1: "", city: "" }]])(
    "has no address where Frontier has %j",
    (address) => {
      expect(account({ address }).address).toBeNull();
    },
  );

  it.each([[{}], [null], [{ taxids: null }]])("has no tax ids where Frontier has %j", (tax) => {
    expect(account({ tax }).taxData).toEqual([]);
  });
});

describe("planAccounts", () => {
  it("keeps one active, the first or the one that is here", () => {
    const two = [account({ id: "a" }), account({ id: "b" })];
    expect(states(two, facts())).toEqual({ a: "active", b: "disabled" });
    expect(states(two, facts({ activeId: "b" }))).toEqual({ a: "disabled", b: "active" });
    expect(planAccounts(two, facts()).noted).toMatchObject([{ id: "b" }]);
  });

  it("lets another become active when the one that was is so no more", () => {
    const present = new Map([["a", { isBillingAccount: true, updatedAt: new Date(0) }]]);
    const both = [account({ id: "a", isActive: false }), account({ id: "b" })];
    expect(states(both, facts({ present, activeId: "a" }))).toEqual({ a: "disabled", b: "active" });
  });

  it("writes an account again where Frontier's is newer, and only there", () => {
    const plan = (updatedAt: string) =>
      planAccounts(
        [account()],
        facts({ present: new Map([["a", { isBillingAccount: true, updatedAt: new Date(updatedAt) }]]) }),
      );
    expect(plan("2024-01-01T23:59:59.999Z")).toMatchObject({ created: 0, updated: 1, present: 0 });
    expect(plan("2024-01-02T00:00:00.000Z")).toMatchObject({ writes: [], updated: 0, present: 1 });
  });

  it("refuses an email of another active customer, but to an account that is not active", () => {
    const emails = new Map([["me@example.com", "z"]]);
    const [active, disabled] = [true, false].map((isActive) =>
      account({ email: "Me@Example.com", isActive }),
    );
    expect(planAccounts(active ? [active] : [], facts({ emails }))).toMatchObject({
      writes: [],
      refused: [{ id: "a" }],
    });
    expect(planAccounts(disabled ? [disabled] : [], facts({ emails })).writes).toHaveLength(1);
  });
});
