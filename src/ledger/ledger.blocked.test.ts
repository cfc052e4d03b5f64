import { v7 as uuidv7 } from "uuid";
import {
  brokenRules,
  commandOf,
  commandTo,
  operationTo,
  receiptsOf,
  startLedger,
  type TestLedger,
} from "../../test/support/ledger.ts";
import { Amount } from "../domain/amount.ts";
import type { AskedCommand } from "../domain/command.ts";
import { holdOn, moreCustomers, outcomeOf, type Tenant, times, untilPast } from "./ledger.fixture.ts";

let test: TestLedger;
beforeAll(async () => {
  test = await startLedger();
});
afterEach(async () => expect(await brokenRules(test.url)).toEqual([]));
afterAll(() => test.stop());

/** What another session has locked, and a command that needs it. */
interface Blocked {
  readonly statement: (tenant: Tenant) => Promise<{ text: string; parameters: string[] }>;
  readonly command: (tenant: Tenant) => AskedCommand;
}

const one = (tenant: Tenant) => commandTo("charge", { ...tenant, amount: Amount.of("1") });
const inEuro = (tenant: Tenant) => commandTo("credit", { ...tenant, currency: "EUR" });

const blocks: readonly [string, Blocked][] = [
  [
    "the customer of an account that comes into being",
    {
      statement: async ({ orgId, customerId }) => ({
        text: "select from customers where org_id = $1 and id = $2 for update",
        parameters: [orgId, customerId],
      }),
      command: inEuro,
    },
  ],
  [
    "a hold that has expired",
    {
      statement: async (tenant) => {
        const hold = holdOn(tenant, { ttlMs: 1 });
        const [receipt] = receiptsOf(await test.ledger.submit(hold));
        await untilPast(test.sql, receipt);
        return {
          text: "select from holds where org_id = $1 and id = $2 for update",
          parameters: [tenant.orgId, hold.operations[0].id],
        };
      },
      command: one,
    },
  ],
  [
    "a key that another session has inserted and not committed",
    {
      statement: async ({ orgId, customerId }) => ({
        text: "insert into accounts (org_id, id, customer_id, currency) values ($1, $2, $3, 'EUR')",
        parameters: [orgId, uuidv7(), customerId],
      }),
      command: inEuro,
    },
  ],
];

it.each(blocks)("%s holds up whoever needs it, and no neighbour", async (_, { statement, command }) => {
  const tenant = await test.tenant();
  const neighbours = await moreCustomers(test.sql, tenant, 20);
  const all = [tenant, ...neighbours].map((each) => operationTo("credit", each));
  for (const each of all) await test.ledger.submit(commandOf(tenant.orgId, each));
  const elsewhere = await test.tenant();
  const { text, parameters } = await statement(tenant);
  const other = await test.sql.reserve();
  await other`begin`;
  await other.unsafe(text, parameters);
  let isAnswered = false;
  const blocked = outcomeOf(test.ledger, command(tenant)).finally(() => {
    isAnswered = true;
  });
  for (const _round of times(3)) {
    const answers = [...neighbours.map(one), commandTo("credit", elsewhere)].map((each) =>
      outcomeOf(test.ledger, each),
    );
    expect(await Promise.all(answers)).toEqual(Array(21).fill("done"));
    expect(isAnswered).toBe(false);
  }
  await other`rollback`;
  other.release();
  expect(await blocked).toBe("done");
});
