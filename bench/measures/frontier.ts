import { type Line, p50Line, p50s } from "../report.ts";
import { balanceRequest, type Request, totalDebitedRequest, transactionsRequest } from "../requests.ts";
import type { Books } from "../sides/baseline/books.ts";
import type { Stage } from "../stage.ts";
import { median, ratioOf } from "../statistics.ts";
import { inTurn } from "../turns.ts";
import type { Tenant } from "../world.ts";
import { oneCaller } from "./jobs.ts";
import { histories, shortHistory } from "./tenants.ts";

const reads: Readonly<Record<string, (orgId: string, id: string) => Request>> = {
  balance: balanceRequest,
  "total debited": totalDebitedRequest,
  "first page of transactions": transactionsRequest,
};

/** What Frontier's clients read, one call at a time, over few and many entries, beside the way that Frontier sums. */
export async function measureFrontier(stage: Stage): Promise<Line[]> {
  const { rounds, history } = stage.options;
  const tenants = await histories(stage);
  const lines: Line[] = [];
  for (const [name, request] of Object.entries(reads)) {
    const read = ({ orgId, customerIds }: Tenant) =>
      stage.load({ ...request(orgId, customerIds[0] ?? ""), ...oneCaller, customers: [] });
    const { short, long } = await inTurn(rounds, {
      short: () => read(tenants.short),
      long: () => read(tenants.long),
    });
    lines.push(p50Line(`Frontier's ${name}, ${shortHistory} entries`, short), {
      ...p50Line(`the same, ${history.toLocaleString("en-US")} entries`, long),
      ...{ ratio: ratioOf(p50s(long), p50s(short)), target: { atMost: 1.2 } },
    });
  }
  const sums: number[] = [];
  for (let round = 0; round < rounds; round += 1) sums.push(await twoSumsMs(stage, tenants.summed));
  lines.push({ what: "the balance as two sums over as many", figures: sums, unit: "ms" });
  return lines;
}

/** As Frontier does it: what came in, and what went out, summed over the account's rows in a serializable transaction. */
async function twoSumsMs({ baseline }: Stage, { orgId, accountIds }: Books): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < 3; run += 1) {
    const startedAt = performance.now();
    await baseline.sql.begin("isolation level serializable", async (transaction) => {
      for (const way of ["> 0", "< 0"]) {
        await transaction`select sum(amount) from entries
          where org_id = ${orgId} and account_id = ${accountIds[0] ?? ""} and amount ${transaction.unsafe(way)}`;
      }
    });
    times.push(performance.now() - startedAt);
  }
  return median(times);
}
