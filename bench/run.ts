import { measureCharges, measureSingle, measureSoak, measureTail } from "./measures/charge.ts";
import { measureFrontier } from "./measures/frontier.ts";
import { measureGateway } from "./measures/gateway.ts";
import { measureBalance, measureEcho } from "./measures/read.ts";
import { type Options, readOptions } from "./options.ts";
import { type Line, rowOf, tableOf, writeResults } from "./report.ts";
import { type Stage, startStage } from "./stage.ts";

const measures: Readonly<Record<string, (stage: Stage) => Promise<Line[]>>> = {
  echo: measureEcho,
  charge: measureCharges,
  single: measureSingle,
  tail: measureTail,
  gateway: measureGateway,
  balance: measureBalance,
  frontier: measureFrontier,
  soak: measureSoak,
};

async function run(options: Options): Promise<void> {
  const stage = await startStage(options);
  for (const signal of ["SIGINT", "SIGTERM"])
    process.once(signal, () => stage.stop().then(() => process.exit(1)));
  try {
    const lines: Line[] = [];
    for (const name of wanted(options)) {
      process.stderr.write(`measuring ${name}\n`);
      lines.push(...((await measures[name]?.(stage)) ?? []));
    }
    const audit = await auditOf(stage);
    const rows = lines.map(rowOf);
    process.stdout.write(`\n${tableOf(rows)}\naudit: ${audit}\n`);
    process.stdout.write(`written to ${writeResults(rows, { options, audit })}\n`);
  } finally {
    await stage.stop();
  }
}

/** @throws an Error that names a measure that does not exist */
function wanted({ only, soak }: Options): string[] {
  const names = Object.keys(measures);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`there is no measure ${unknown}; there are ${names.join(", ")}`);
  const chosen = only.length > 0 ? only : names.filter((name) => name !== "soak");
  return soak > 0 ? [...new Set([...chosen, "soak"])] : chosen.filter((name) => name !== "soak");
}

async function auditOf({ sql }: Stage): Promise<string> {
  const [sums] = await sql<{ currencies: number }[]>`
    select count(*)::int as currencies from (select from accounts group by org_id, currency
      having sum(funded - spent) <> 0) unbalanced`;
  const [versions] = await sql<{ accounts: number }[]>`
    select count(*)::int as accounts from (
      select from accounts a left join entries e on e.org_id = a.org_id and e.account_id = a.id
      group by a.org_id, a.id, a.version
      having count(e.version) <> a.version or coalesce(max(e.version), 0) <> a.version
        or coalesce(sum(e.amount), 0) <> a.funded - a.spent) broken`;
  if (sums?.currencies !== 0 || versions?.accounts !== 0) throw new Error("the books do not balance");
  return "clean";
}

run(readOptions(process.argv.slice(2))).then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
