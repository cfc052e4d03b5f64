import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { v7 as uuidv7 } from "uuid";
import { attempt, newCustomer, startStore, type TestStore } from "../store.fixture.ts";

const seed = Number(process.env["TEST_SEED"] ?? Date.now() % 2_147_483_647);

/** Letters whose cases, compositions and orders differ among locales and versions of Unicode. */
const letters = fc.constantFrom(
  ..."aAıIİiσςΣßẞéÉǅǆΩΩÅÅfiſſK",
  "e\u0301",
  "A\u030a",
  "\u1e9b\u0323",
  "한",
  "𐐀",
  "𐐨",
);
const anyLetter = fc.oneof(letters, fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }));
const part = fc
  .array(anyLetter, { minLength: 1, maxLength: 8 })
  .map((each) => each.join("").replace(/[\s@\0]|\p{Surrogate}/gu, "x"));
const email = fc.tuple(part, part).map(([local, domain]) => `${local}@${domain}`);

describe.each([[undefined], ["tr"], ["und-u-ks-level1"]])("on a database with the locale %s", (locale) => {
  let store: TestStore;
  beforeAll(async () => {
    store = await startStore(locale === undefined ? {} : { locale });
  });
  afterAll(() => store.stop());

  const found = async (text: string) => {
    const { orgId } = store;
    const [named] = await store.names.resolveNames(orgId, [{ text, as: "email" }]);
    return {
      native: (await store.customers.findByEmail({ orgId, email: text }))?.id,
      developer: (await store.developers.find({ orgId, idOrEmail: text }))?.customer.id,
      named: named?.id,
      everNamed: named?.everNamed,
    };
  };

  it(`finds every email that was stored by the same text (TEST_SEED=${seed})`, async () => {
    await fc.assert(
      fc.asyncProperty(email, async (text) => {
        const { orgId } = store;
        const id = uuidv7();
        const fields = { orgId, id, name: "", email: text, billingType: "prepaid", attributes: [] } as const;
        const created = await store.customers.create(fields, attempt);
        // Another letter case of one that is there.
        const owner =
          "taken" in created ? (await store.customers.findByEmail({ orgId, email: text }))?.id : created.id;
        expect(owner).toBeDefined();
        for (const each of [text, text.normalize("NFD")]) {
          expect(await found(each)).toEqual({
            native: owner,
            developer: owner,
            named: owner,
            everNamed: [owner],
          });
        }
      }),
      { seed, numRuns: 15 },
    );
  });

  it("keeps two emails apart that PostgreSQL would lower to one", async () => {
    const first = await newCustomer(store, { email: "ΣΑΣ@example.com" });
    const second = await newCustomer(store, { email: "σασ@example.com" });
    expect((await found("ΣΑΣ@example.com")).native).toBe(first);
    expect((await found("σας@example.com")).native).toBe(first);
    expect((await found("σασ@example.com")).native).toBe(second);
  });

  it("finds emails without regard to case", async () => {
    const id = await newCustomer(store, { email: "Ann.Ixi@Example.com" });
    expect((await found("ANN.IXI@EXAMPLE.COM")).native).toBe(id);
  });
});

it("changes the case of an email in no statement", () => {
  const root = join(import.meta.dirname, "../..");
  const names = ["store", "tools"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  );
  const sources = names.filter((name) => /\.(ts|sql)$/.test(name) && !name.endsWith(".test.ts"));
  const faults = sources.flatMap((name) => {
    const text = readFileSync(join(root, name), "utf8");
    const calls = text.match(
      /\b(lower|upper|initcap|casefold)\([^)]*email|\bilike\b[^;]*email|emails?\w*\.to(Lower|Upper)Case/gi,
    );
    return (calls ?? []).map((call) => `${name}: ${call}`);
  });
  expect(sources.length).toBeGreaterThan(40);
  expect(faults).toEqual([]);
});
