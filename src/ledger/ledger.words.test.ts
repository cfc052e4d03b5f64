import { v7 as uuidv7 } from "uuid";
import {
  brokenRules,
  commandOf,
  operationTo,
  receiptsOf,
  startLedger,
  type TestLedger,
} from "../../test/support/ledger.ts";
import { figuresOf, wholeOf } from "../store/journal/known.ts";
import { reasonOf } from "./ledger.fixture.ts";

let test: TestLedger;
beforeAll(async () => {
  test = await startLedger();
});
afterEach(async () => expect(await brokenRules(test.url)).toEqual([]));
afterAll(() => test.stop());

const long = {
  source: "s".repeat(10_000),
  description: "d".repeat(10_000),
  userId: "ü".repeat(10_000),
  metadata: { note: 'm"'.repeat(10_000), list: [1, 2.5, null, { deep: true }] },
};

async function booked() {
  const tenant = await test.tenant();
  const command = commandOf(tenant.orgId, { ...operationTo("credit", tenant), ...long });
  expect(reasonOf(await test.ledger.submit(command))).toBe("done");
  return { command, tenant, id: command.operations[0].id };
}

it("reads of what is known no more words than are asked for", async () => {
  const { tenant, id } = await booked();
  const known = async (...wanted: { id: string; charactersMax: number }[]) =>
    (await test.ledger.known(tenant.orgId, wanted)).get(id)?.recorded;
  expect(JSON.stringify(await known(figuresOf(id))).length).toBeLessThan(2_000);
  expect(JSON.stringify(await known({ id, charactersMax: 100 })).length).toBeLessThan(2_500);
  expect(await known(wholeOf(id))).toMatchObject(long);
  // Who asks together with somebody who wants less is told all that it wants.
  const [whole] = await Promise.all([known(wholeOf(id)), known(figuresOf(id)), known(figuresOf(id))]);
  expect(whole).toMatchObject(long);
});

it("is told all that it wants of an id that it names twice, however many it names", async () => {
  const { tenant, id } = await booked();
  const others = Array.from({ length: 300 }, () => figuresOf(uuidv7()));
  for (const wanted of [
    [wholeOf(id), ...others, figuresOf(id)],
    [figuresOf(id), ...others, wholeOf(id)],
  ])
    expect((await test.ledger.known(tenant.orgId, wanted)).get(id)?.recorded).toMatchObject(long);
});

it("tells the same words from others, however long they are", async () => {
  const { command } = await booked();
  const again = (words: object) =>
    test.ledger.submit({ ...command, operations: [{ ...command.operations[0], ...words }] });
  const replay = await again({});
  expect(receiptsOf(replay)).toMatchObject([{ replay: true }]);
  expect(receiptsOf(replay)[0]?.recorded).toMatchObject(long);
  const { list, note } = long.metadata;
  expect(reasonOf(await again({ metadata: { list, note } }))).toBe("done");
  for (const [name, value] of [
    ["source", ""],
    ["source", "s".repeat(7_952)],
    ["description", "d".repeat(9_999)],
    ["description", `${long.description}d`],
    ["userId", ""],
    ["metadata", {}],
    ["metadata", { note }],
    ["metadata", { note: "longer" }],
  ] as const) {
    const verdict = await again({ [name]: value });
    const field = name === "userId" ? "user_id" : name;
    expect(verdict).toMatchObject({
      refused: [{ refusal: { reason: "KEY_CONFLICT", differing: [field] } }],
    });
  }
  const verdict = await again({ source: "", description: "", userId: "", metadata: {} });
  expect(verdict).toMatchObject({
    refused: [
      { refusal: { differing: expect.arrayContaining(["source", "description", "user_id", "metadata"]) } },
    ],
  });
});
