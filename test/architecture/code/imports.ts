import { readFileSync } from "node:fs";
import { join } from "node:path";
import { importsOf, partOf, sources } from "../sources.ts";

const all = [
  ...["domain", "store", "ledger", "tools", "auth", "app", "api", "server", "embedded"],
  ...["bounds", "errors", "metrics", "telemetry", "config", "root", "cli", "gen"],
];

/** Which parts a part may import, beside itself. Inward only, so there can be no cycle. */
const allowedParts: Record<string, readonly string[]> = {
  domain: [],
  bounds: [],
  errors: ["bounds", "gen"],
  embedded: ["bounds"],
  store: ["domain", "embedded", "bounds"],
  ledger: ["domain", "store", "bounds"],
  tools: ["domain", "store", "errors", "auth", "api", "server", "gen"],
  auth: ["domain", "store", "bounds"],
  app: ["auth", "bounds", "domain", "ledger", "store"],
  api: ["domain", "store", "ledger", "auth", "app", "bounds", "errors", "gen"],
  server: ["bounds", "errors", "gen"],
  metrics: ["bounds"],
  telemetry: ["auth", "bounds", "config", "errors", "ledger", "metrics", "server"],
  config: ["auth", "bounds", "domain", "server"],
  root: all,
  cli: all,
  // What runs in browsers, and knows of the service no more than its interface.
  web: ["gen"],
};

/** Packages that only these parts may import. Every other package is free to all but the domain. */
const packageOwners: Record<string, readonly string[]> = {
  "big.js": ["server"],
  "currency-codes": ["domain"],
  "drizzle-orm": ["store", "tools"],
  jose: ["auth"],
  postgres: ["store", "embedded"],
  "@connectrpc/connect-node": ["server"],
  "prom-client": ["metrics"],
  preact: ["web"],
  uplot: ["web"],
  "@connectrpc/connect-web": ["web"],
};
/** Pure ones: of node, the hash that turns a key into an id. */
const domainPackages = ["currency-codes", "node:crypto", "uuid"];

describe("imports", () => {
  it.each(sources.map((source) => [source.path, source] as const))("of %s point inward", (path, source) => {
    const part = partOf(path);
    const allowed = [part, ...(allowedParts[part] ?? [])];
    const wrong = importsOf(source).filter((name) => {
      if (/^(src|gen|web)\//.test(name)) return !allowed.includes(partOf(name));
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

  it("of the server's other parts are not of the inside of the gateway, which is one way to call of several", () => {
    const inside = (path: string) => path.startsWith("src/server/gateway/");
    const others = sources.filter(({ path }) => partOf(path) === "server" && !inside(path));
    expect(others.flatMap(importsOf).filter(inside)).toEqual([]);
  });

  it("of what is counted with every call are of no library that writes metrics", () => {
    const counts = sources.filter(({ path }) => path.startsWith("src/metrics/counts/"));
    expect(
      counts.flatMap(importsOf).filter((name) => !/^src\/(bounds|metrics\/counts)\//.test(name)),
    ).toEqual([]);
  });

  it("of OpenTelemetry are of what is loaded where there are traces, and of nothing else", () => {
    const folder = "src/telemetry/spans/";
    const others = sources.filter(({ path }) => !path.startsWith(folder));
    const isOfSpans = (name: string) => name.startsWith("@opentelemetry/") || name.startsWith(folder);
    const users = others.filter((source) => importsOf(source).some(isOfSpans)).map(({ path }) => path);
    expect(users).toEqual(["src/telemetry/open-traces.ts"]);
    expect(others.filter(({ text }) => /from "[^"]*\/spans\//.test(text))).toEqual([]);
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

describe("sources", () => {
  it("that make up for a library say in one table for what, and what may go", () => {
    const folder = "src/server/connect/";
    const readme = readFileSync(join(import.meta.dirname, "../../..", folder, "README.md"), "utf8");
    const rows = [...readme.matchAll(/^\| `([\w-]+\.ts)` \|/gm)].map(([, name]) => `${folder}${name}`);
    expect(rows.sort()).toEqual(sources.map(({ path }) => path).filter((path) => path.startsWith(folder)));
  });

  it("make an ErrorInfo in one place, so that its domain is always ours", () => {
    const makers = sources.filter(({ text }) => text.includes("desc: ErrorInfoSchema"));
    expect(makers.map(({ path }) => path)).toEqual(["src/errors/error-info.ts"]);
  });

  it("read a page of a list in one place, where callers have their turns, and those of exports, which have turns as documents", () => {
    const reading = sources.filter(({ text }) => /(?<!function )\breadPage\(/.test(text));
    expect(reading.map(({ path }) => path)).toEqual([
      "src/api/native/ledger/export-entries.ts",
      "src/api/shared/in-turn.ts",
    ]);
  });

  it("are small: under 300 lines each", () => {
    const long = sources.map(({ path, text }) => [path, text.split("\n").length] as const);
    expect(long.filter(([, lines]) => lines >= 300)).toEqual([]);
  });
});
