import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const root = join(import.meta.dirname, "..");

/** A file of src or test, as a path from the root, with its text. */
interface Source {
  readonly path: string;
  readonly text: string;
}

function sourcesIn(folder: string): Source[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  const paths = names.filter((name) => name.endsWith(".ts")).map((name) => join(folder, name));
  return paths.sort().map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

const isTest = ({ path }: Source) => /\.(test|fixture)\.ts$/.test(path);
const sources = sourcesIn("src").filter((source) => !isTest(source));
const tests = [...sourcesIn("src").filter(isTest), ...sourcesIn("test")];

/** What a file imports: files of ours as paths from the root, packages by name without `node:` and subpaths. */
function importsOf({ path, text }: Source): string[] {
  const specifiers = [...text.matchAll(/(?:^|\s)(?:from|import|import\()\s*"([^"]+)"/g)].map(
    ([, name = ""]) => name,
  );
  return specifiers.map((name) => {
    if (name.startsWith(".")) return relative(root, join(root, dirname(path), name));
    return /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name;
  });
}

/** The part of the code that a file belongs to: its folder in src, `app`, or `root` for what puts all together. */
function partOf(path: string): string {
  if (path === "src/app.ts") return "app";
  const [top = "", folder = "", ...rest] = path.split("/");
  if (top !== "src") return top;
  return rest.length === 0 ? "root" : folder;
}

const all = [
  ...["domain", "store", "ledger", "tools", "auth", "app", "api", "server", "embedded"],
  ...["root", "cli", "gen"],
];

/** Which parts a part may import, beside itself. Inward only, so there can be no cycle. */
const allowedParts: Record<string, readonly string[]> = {
  domain: [],
  embedded: [],
  store: ["domain", "embedded"],
  ledger: ["domain", "store"],
  tools: ["domain", "store"],
  auth: ["domain", "store"],
  app: ["auth", "ledger", "store"],
  api: ["domain", "store", "ledger", "auth", "app", "gen"],
  server: ["gen"],
  root: all,
  cli: all,
};

/** Packages that only these parts may import. Every other package is free to all but the domain. */
const packageOwners: Record<string, readonly string[]> = {
  "big.js": ["domain"],
  "currency-codes": ["domain"],
  "drizzle-orm": ["store", "tools"],
  postgres: ["store", "embedded"],
  "lossless-json": ["server"],
  "@connectrpc/connect-node": ["server"],
};
/** Pure ones: of node, the hash that turns a key into an id. */
const domainPackages = ["big.js", "currency-codes", "node:crypto", "uuid"];

describe("imports", () => {
  it.each(sources.map((source) => [source.path, source] as const))("of %s point inward", (path, source) => {
    const part = partOf(path);
    const allowed = [part, ...(allowedParts[part] ?? [])];
    const wrong = importsOf(source).filter((name) => {
      if (name.startsWith("src/") || name.startsWith("gen/")) return !allowed.includes(partOf(name));
      if (part === "domain") return !domainPackages.includes(name);
      return packageOwners[name] !== undefined && !packageOwners[name].includes(part);
    });
    expect(wrong).toEqual([]);
  });

  it("of the store from embedded/ are of its connection alone", () => {
    const fromEmbedded = sources.filter(({ path }) => partOf(path) === "store").flatMap(importsOf);
    expect(
      fromEmbedded.filter(
        (name) => name.startsWith("src/embedded/") && name !== "src/embedded/connection.ts",
      ),
    ).toEqual([]);
  });

  it("lead from no file back to itself", () => {
    const graph = new Map(sources.map((source) => [source.path, importsOf(source)]));
    const done = new Set<string>();
    const visit = (path: string, trail: readonly string[]): string[] => {
      if (trail.includes(path)) return [[...trail.slice(trail.indexOf(path)), path].join(" -> ")];
      if (done.has(path)) return [];
      const cycles = (graph.get(path) ?? []).flatMap((name) => visit(name, [...trail, path]));
      done.add(path);
      return cycles;
    };
    expect([...graph.keys()].flatMap((path) => visit(path, []))).toEqual([]);
  });

  it("are seen by this test: every part is there, and knows its neighbours", () => {
    const parts = new Set(sources.map(({ path }) => partOf(path)));
    expect([...parts].sort()).toEqual(Object.keys(allowedParts).sort());
    const decide = sources.find(({ path }) => path === "src/domain/decide.ts");
    expect(decide && importsOf(decide)).toContain("src/domain/account.ts");
  });
});

/** Lines of the sources that match, with where they are. */
function linesWith(pattern: RegExp, where: readonly Source[]): string[] {
  return where.flatMap(({ path, text }) =>
    text
      .split("\n")
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );
}

describe("money", () => {
  const amounts = "amount|balance|minimumBalance|posted|held|funded|spent|available|required";

  it("is never a number", () => {
    expect(linesWith(new RegExp(`\\b(${amounts})\\??: (readonly )?number\\b`, "i"), sources)).toEqual([]);
  });

  it("never becomes one", () => {
    expect(linesWith(/parseFloat\(|\.toNumber\(/, sources)).toEqual([]);
    expect(
      linesWith(new RegExp(`(Number|parseInt|Math\\.\\w+)\\([^)]*\\b(${amounts})\\b`, "i"), sources),
    ).toEqual([]);
  });

  it("is decimal in every column", () => {
    const schema = sources.find(({ path }) => path === "src/store/schema.ts")?.text ?? "";
    const columns = [...schema.matchAll(new RegExp(`^\\s+(${amounts}): (\\w+)\\(`, "gm"))];
    expect(columns.length).toBeGreaterThan(5);
    expect(columns.filter(([, , type]) => type !== "money")).toEqual([]);
    expect(schema).toContain("numeric(name, { precision: 28, scale: 9 })");
  });
});

describe("SQL", () => {
  it("is written in store/ alone; in embedded/ to make the database, in tools/ for tables that are not ours", () => {
    const statement = /\b(select [\w*"].* from|insert into|update \w+ set|delete from|truncate) /i;
    const code = sources.filter(({ path }) => !["store", "embedded", "tools"].includes(partOf(path)));
    const withoutComments = code.map(({ path, text }) => ({
      path,
      text: text.replace(/\/\*\*.*?\*\/|\/\/.*$/gms, ""),
    }));
    expect(linesWith(statement, withoutComments)).toEqual([]);
  });

  it("never reads without a bound: every list has a limit", () => {
    const lists = sources
      .filter(({ path }) => partOf(path) === "store")
      .flatMap(({ path, text }) => {
        const queries = text.split(/(?=\.orderBy\()/).slice(1);
        return queries.map((query) => ({ path, isBound: /^\.orderBy\([^;]*?\.(limit|for)\(/s.test(query) }));
      });
    expect(lists.length).toBeGreaterThan(3);
    expect(lists.filter(({ isBound }) => !isBound)).toEqual([]);
  });
});

describe("sources", () => {
  it("are small: under 300 lines each", () => {
    const long = sources.map(({ path, text }) => [path, text.split("\n").length] as const);
    expect(long.filter(([, lines]) => lines >= 300)).toEqual([]);
  });
});

describe("tests", () => {
  it("are all run", () => {
    // Put together here, or this line would be found too.
    const skipped = new RegExp(
      `\\b(it|test|describe)\\.(${["skip", "only", "todo"].join("|")})\\b|\\b(${["xit", "fit", "xdescribe", "fdescribe"].join("|")})\\(`,
    );
    expect(linesWith(skipped, tests)).toEqual([]);
  });
});
