import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { ensureAdminCredential, generatedCredential } from "../../src/admin-credential.ts";
import { ensureDemo } from "../../src/demo.ts";
import { readManifest } from "../../src/server/pages/manifest.ts";
import { createPages } from "../../src/server/pages/pages.ts";
import { createService } from "../../src/service.ts";
import { bufProgram } from "../support/buf.ts";
import { createDatabase } from "../support/database.ts";
import { withSql } from "../support/sql.ts";
import { type Block, root } from "./documents.ts";

/** npm takes longer to find the package than the program to run. */
const npx = `npx() { test "$1" = @bufbuild/buf; shift; ${bufProgram} "$@"; }`;

/** The address that the documents print, which is free on few machines that run tests. */
const printedAddress = "127.0.0.1:7400";

/** What pages have left in the ledger. */
export interface Traces {
  /** How many rows each organization has, by its name. */
  readonly rows: ReadonlyMap<string, number>;
  /** The keys of the whole journal; one that two organizations have stands there twice. */
  readonly keys: readonly string[];
}

export type Demo = Awaited<ReturnType<typeof startDemo>>;

/** The service with its demo organization, in a folder that looks like a clone after `npm start`. */
export async function startDemo() {
  const database = await createDatabase();
  const web = join(root, "dist", "web");
  const manifest = readManifest(web);
  const pages = manifest && createPages(web, manifest);
  const service = await createService(database.url, pino({ level: "silent" }), { pages });
  const folder = mkdtempSync(join(tmpdir(), "tallystick-docs-"));
  mkdirSync(join(folder, ".tallystick"));
  for (const name of ["node_modules", "dist"]) symlinkSync(join(root, name), join(folder, name));
  await ensureAdminCredential(service.app, generatedCredential(join(folder, ".tallystick")));
  await ensureDemo(service.app);
  const { host, port } = await service.listen("127.0.0.1", 0);
  return {
    /** Runs the blocks in one shell, and answers what each printed. */
    run: (blocks: readonly Block[]) => runShell(folder, blocks, `${host}:${port}`),
    traces: () => tracesIn(database.url),
    /** Every entry of other organizations than those, as a row of the tables of the concepts. */
    entriesBeside: (organizations: readonly string[]) => entryRows(database.url, organizations),
    async stop() {
      await service.stop();
      await database.drop();
      rmSync(folder, { recursive: true });
    },
  };
}

function tracesIn(url: string): Promise<Traces> {
  return withSql(url, async (sql) => {
    const organizations = await sql<{ name: string; rows: string }[]>`
      select n.name, (select count(*) from operations where org_id = n.id)
        + (select count(*) from customers where org_id = n.id)
        + (select count(*) from accounts where org_id = n.id)
        + (select count(*) from currencies where org_id = n.id)
        + (select count(*) from credentials where org_id = n.id) as rows
      from organizations n`;
    const operations = await sql<{ key: string }[]>`select key from operations where key <> ''`;
    return {
      rows: new Map(organizations.map(({ name, rows }) => [name, Number(rows)])),
      keys: operations.map(({ key }) => key),
    };
  });
}

function entryRows(url: string, organizations: readonly string[]): Promise<string[]> {
  return withSql(url, async (sql) => {
    const rows = await sql`
      select o.kind, coalesce(side.counter, split_part(c.email, '@', 1)) as account, side.version,
        trim_scale(side.amount) as amount, trim_scale(side.balance) as balance
      from operations o
      join organizations n on n.id = o.org_id and n.name not in ${sql([...organizations])}
      cross join lateral (values
        (o.from_counter, o.from_customer_id, o.from_version, -o.amount,
          o.from_funded - o.from_spent - coalesce(o.from_withdrawn, 0)),
        (o.to_counter, o.to_customer_id, o.to_version, o.amount,
          o.to_funded - o.to_spent - coalesce(o.to_withdrawn, 0))
      ) as side (counter, customer_id, version, amount, balance)
      left join customers c on c.org_id = o.org_id and c.id = side.customer_id
      where o.to_account_id is not null
      order by o.created_at, o.from_version, side.amount`;
    return rows.map(
      (row) =>
        `| ${row["kind"]} | ${row["account"]} | ${row["version"]} | ${row["amount"]} | ${row["balance"]} |`,
    );
  });
}

async function runShell(folder: string, blocks: readonly Block[], address: string): Promise<string[]> {
  const mark = "\u0001end of block\u0001";
  const script = blocks
    .map(({ text }) => `${text.replaceAll(printedAddress, address)}\nprintf '${mark}'`)
    .join("\n");
  const { output, errors, code } = await execute("sh", ["-eu", "-c", `${npx}\n${script}`], folder);
  if (code !== 0) throw new Error(`a block failed with ${code}: ${errors}\n${output}`);
  return output.split(mark);
}

function execute(command: string, args: string[], cwd: string) {
  return new Promise<{ output: string; errors: string; code: number | null }>((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let errors = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    child.on("error", reject).on("close", (code) => resolve({ output, errors, code }));
  });
}
