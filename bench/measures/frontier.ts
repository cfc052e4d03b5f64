import type { Line } from "../report.ts";
import { balanceRequest, type Request, totalDebitedRequest, transactionsRequest } from "../requests.ts";
import type { Stage } from "../stage.ts";
import { inTurn, median, ratioOf } from "../turns.ts";
import { histories, shortHistory, type Tenant } from "./tenants.ts";

const reads: Readonly<Record<string, (orgId: string, id: string) => Request>> = {
  balance: balanceRequest,
  "total debited": totalDebitedRequest,
  "first page of transactions": transactionsRequest,
};

/** What Frontier's clients read, one call at a time, over few and many entries, beside the way that Frontier sums. */
export async function measureFrontier(stage: Stage): Promise<Line[]> {
  const { short, long } = await histories(stage);
  const lines: Line[] = [];
  for (const [name, request] of Object.entries(reads)) {
    const figures = await inTurn(stage.options.rounds, {
      short: () => p50Of(stage, request, short),
      long: () => p50Of(stage, request, long),
    });
    lines.push(
      { what: `Frontier's ${name}, ${shortHistory} entries`, figures: figures.short, unit: "ms" },
      {
        what: `the same, ${stage.options.history.toLocaleString("en-US")} entries`,
        figures: figures.long,
        unit: "ms",
        ratio: ratioOf(figures.long, figures.short),
        target: { atMost: 1.2 },
      },
    );
  }
  const sums = await inTurn(stage.options.rounds, { sums: () => twoSums(stage, long) });
  lines.push({ what: "the balance as two sums over as many", figures: sums.sums, unit: "ms" });
  return lines;
}

async function p50Of(
  stage: Stage,
  request: (orgId: string, id: string) => Request,
  { orgId, customerIds }: Tenant,
): Promise<number> {
  const { port } = stage.server;
  const job = { ...request(orgId, customerIds[0] ?? ""), port, customers: [], connections: 1, inFlight: 1 };
  return (await stage.load(job)).p50Ms;
}

/** As Frontier does it: what came in, and what went out, summed over the account's rows in a serializable transaction. */
async function twoSums({ sql }: Stage, { orgId, accountIds }: Tenant): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < 3; run += 1) {
    const startedAt = performance.now();
    await sql.begin("isolation level serializable", async (transaction) => {
      for (const way of ["> 0", "< 0"]) {
        await transaction`select sum(amount) from entries
          where org_id = ${orgId} and account_id = ${accountIds[0] ?? ""} and amount ${transaction.unsafe(way)}`;
      }
    });
    times.push(performance.now() - startedAt);
  }
  return median(times);
}
