import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { ensureAdminCredential, generatedCredential } from "../../src/admin-credential.ts";
import { settings } from "../../src/config.ts";
import { ensureDemo } from "../../src/demo.ts";
import { createService } from "../../src/service.ts";
import { createDatabase } from "../support/database.ts";
import { withSql } from "../support/sql.ts";
import {
  type Block,
  blocksOf,
  codeMaps,
  documents,
  entriesOf,
  filesNamedIn,
  hazardsOf,
  headingsOf,
  linksOf,
  root,
} from "./documents.ts";

/** The address that the documents print, which is free on few machines that run tests. */
const printedAddress = "127.0.0.1:7400";

let demo: Awaited<ReturnType<typeof startDemo>>;
beforeAll(async () => {
  demo = await startDemo();
});
afterAll(() => demo.stop());

/** One service and one folder for all of them: whoever reads page after page sees on each what it prints. */
describe.each(documents())("%s", (document) => {
  it("runs as printed", async () => {
    const blocks = blocksOf(document);
    if (!blocks.some(({ language }) => language === "sh")) return;
    const organizations = await demo.organizations();
    const outputs = await demo.run(blocks.filter(({ language }) => language === "sh"));
    let output = "";
    for (const block of blocks) {
      const where = `${document}:${block.line}`;
      if (block.language === "sh") output = outputs.shift() ?? "";
      if (block.language === "json")
        expect({ where, printed: shapeOf(output) }).toEqual({ where, printed: shapeOf(block.text) });
      if (block.language === "text")
        expect({ where, printed: output }).toEqual({ where, printed: block.text });
    }
    const entries = entriesOf(document);
    if (entries.length > 0) expect(await demo.entriesBeside(organizations)).toEqual(entries);
  }, 60_000);

  it("has commands that every shell takes alike", () => {
    for (const { language, text, line } of blocksOf(document)) {
      if (language !== "sh") continue;
      const where = `${document}:${line}`;
      expect({ where, hazards: hazardsOf(text) }).toEqual({ where, hazards: [] });
    }
  });

  it("links to what exists", () => {
    for (const { target, heading } of linksOf(document)) {
      expect({ target, exists: existsSync(join(root, target)) }).toEqual({ target, exists: true });
      if (heading !== undefined)
        expect({ target, headings: headingsOf(target) }).toEqual({
          target,
          headings: expect.arrayContaining([heading]),
        });
    }
  });
});

it.each([...documents(), ...codeMaps()])("%s names files that exist", (document) => {
  for (const { name, places } of filesNamedIn(document))
    expect({ name, exists: places.some((place) => existsSync(join(root, place))) }).toEqual({
      name,
      exists: true,
    });
});

it("shows the example as it is", () => {
  const shown = blocksOf("README.md").find(({ language }) => language === "ts");
  expect(shown?.text).toBe(readFileSync(join(root, "examples", "balance.ts"), "utf8"));
});

it("begins with the two commands", () => {
  const [block] = blocksOf("README.md");
  expect(block?.text.replaceAll(/ +#.*/g, "")).toBe("npm install && npm start\nnpm install && npm test\n");
});

it("documents every setting with its default and meaning", () => {
  const text = readFileSync(join(root, "docs", "operating.md"), "utf8");
  for (const [name, setting] of Object.entries(settings)) {
    expect(text).toContain(`| \`${name}\` | ${setting.default} | ${setting.meaning} |`);
  }
});

/** The service with its demo organization, in a folder that looks like a clone after `npm start`. */
async function startDemo() {
  const database = await createDatabase();
  const service = await createService(database.url, pino({ level: "silent" }));
  const folder = mkdtempSync(join(tmpdir(), "tallystick-docs-"));
  mkdirSync(join(folder, ".tallystick"));
  for (const name of ["node_modules", "dist"]) symlinkSync(join(root, name), join(folder, name));
  await ensureAdminCredential(service.app, generatedCredential(join(folder, ".tallystick")));
  await ensureDemo(service.app);
  const { host, port } = await service.listen("127.0.0.1", 0);
  const address = `${host}:${port}`;
  useAddress(folder, address);
  return {
    /** Runs the blocks in one shell, and answers what each printed. */
    run: (blocks: readonly Block[]) => runShell(folder, blocks, address),
    organizations: () =>
      withSql(database.url, async (sql) => {
        const rows = await sql<{ name: string }[]>`select name from organizations`;
        return rows.map(({ name }) => name);
      }),
    /** Every entry of other organizations than those, as a row of the tables of the concepts. */
    entriesBeside: (organizations: readonly string[]) => entryRows(database.url, organizations),
    async stop() {
      await service.stop();
      await database.drop();
      rmSync(folder, { recursive: true });
    },
  };
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

/** The example as built, but for the address. */
function useAddress(folder: string, address: string): void {
  rmSync(join(folder, "dist"));
  mkdirSync(join(folder, "dist", "examples"), { recursive: true });
  symlinkSync(join(root, "dist", "gen"), join(folder, "dist", "gen"));
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  const example = readFileSync(join(root, "dist", "examples", "balance.js"), "utf8");
  writeFileSync(join(folder, "dist", "examples", "balance.js"), example.replaceAll(printedAddress, address));
}

async function runShell(folder: string, blocks: readonly Block[], address: string): Promise<string[]> {
  const mark = "\u0001end of block\u0001";
  const script = blocks
    .map(({ text }) => `${text.replaceAll(printedAddress, address)}\nprintf '${mark}'`)
    .join("\n");
  const { output, errors, code } = await execute("sh", ["-eu", "-c", script], folder);
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

/** JSON with what differs from run to run (ids, secrets, times) replaced by its kind. */
function shapeOf(json: string): unknown {
  return JSON.parse(json, (key, value: unknown) => {
    if (typeof value !== "string") return value;
    if (key === "clientSecret") return "a secret";
    return value
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, "a UUID")
      .replace(/^\d{4}-\d\d-\d\d(T[\d:.]+Z| [\d:]+)$/, "a time")
      .replace(/^\d{13}$/, "a time in milliseconds");
  });
}
