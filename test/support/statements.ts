import { Session } from "../../src/store/driver/connections/session.ts";
import { grantsTo } from "../../src/store/rights/rights.ts";

/** Tables that a distributed database spreads over nodes, an organization on one of them. */
const spread =
  "customers|customer_names|developers|app_groups|currencies|ceilings|accounts|operations|holds|changes|refusals|acts";
/** Each statement reads and writes them so many times, and says so many times of which organization. */
const table = new RegExp(String.raw`\b(?:from|join|update)\s+"?(?:${spread})"?(?=[\s,)]|$)`, "g");
const organization = /\borg_id"?\s*=\s*\$\d+/g;

/** What asks every node, and why it may. */
const ofAllNodes = [
  // A customer by its id alone, and the billing accounts of all organizations.
  /^select "org_id", "id", .* from "customers" where \(?"customers"\."(id" = \$1\b|is_billing_account" and )/,
  /^select distinct org_id as "orgId" from \( select org_id from refusals where at </,
  // The audit: a distributed database is asked an organization at a time.
  /^select rule\.invariant, |^declare keys |^select \(select count\(\*\) from accounts a /,
  // Who did what in all organizations, and on the platform.
  /^select ("org_id", "id", "at", .*|"at", "id") from "acts" (?!where \(?"acts"\."org_id")/,
  // The newest batch, where no table is spread.
  /^select \(extract\(epoch from last\.at /,
];

/** What a role that serves and is not the owner may do, by table. */
const rights = new Map(
  grantsTo("serving").flatMap((statement) => {
    const [, list = "", tables = ""] = /^grant (.*) on table (.*) to serving$/.exec(statement) ?? [];
    return tables.split(", ").map((name) => [name, list.split(", ")] as const);
  }),
);
const isMissing = (name: string | undefined, right: string) =>
  rights.get(name ?? "")?.includes(right) === false;

/** What this worker has found in texts, by what was looked for: it keeps the modules of src, and those of the tests go with each file. */
const looks = Symbol.for("tallystick.test.looks");
const sessions = Session as unknown as { [looks]?: Map<string, Map<string, { readonly found: unknown }>> };

/** Looks at each text once: the service asks the same few statements again and again. */
function once<T>(name: string, look: (text: string) => T): (text: string) => T {
  sessions[looks] ??= new Map();
  const seen = (sessions[looks].get(name) ?? new Map()) as Map<string, { readonly found: T }>;
  sessions[looks].set(name, seen);
  return (text) => {
    let known = seen.get(text);
    if (known === undefined) {
      known = { found: look(text) };
      seen.set(text, known);
    }
    return known.found;
  };
}

/** What a statement writes, and how: by itself or in a CTE. */
const writtenBy = once("written by", (text): readonly { readonly verb: string; readonly table: string }[] => {
  const writing = /(?:^|[()])\s*(insert|update|delete)(?:\s+into|\s+from)?\s+"?(\w+)/g;
  return [...text.matchAll(writing)].map(([, verb = "", table = ""]) => ({ verb, table }));
});

/** Whether a statement does with a table what a role that serves has no right to. */
function lacksRight(text: string): boolean {
  const isUpsert = /\bdo update\b/.test(text);
  if (
    writtenBy(text).some(
      ({ verb, table }) => isMissing(table, verb) || (isUpsert && isMissing(table, "update")),
    )
  )
    return true;
  if (!/\bfor (no key update|update|key share|share)\b/.test(text)) return false;
  const read = [...text.matchAll(/\b(?:from|join) "?(\w+)/g)].flatMap(([, name = ""]) =>
    rights.has(name) ? [name] : [],
  );
  return read.every((name) => isMissing(name, "update"));
}

/** Rules of statements, by what they forbid; most are for a database that may be distributed. */
const rules: Readonly<Record<string, (text: string) => boolean>> = {
  "a table without an org_id of its own": (text) =>
    (text.match(table) ?? []).length > (text.match(organization) ?? []).length &&
    !ofAllNodes.some((allowed) => allowed.test(text)),
  "an upsert that sets the organization": (text) =>
    new RegExp(String.raw`^insert into "?(${spread})\b.*\bdo update set\b.*\borg_id"? =`).test(text),
  "now() in CASE or COALESCE of an UPDATE": (text) =>
    /^update\b/.test(text) &&
    /\bcoalesce\([^()]*(\([^()]*\)[^()]*)*now\(\)|\bcase\b.*now\(\).*\bend\b/.test(text),
  "a change that a role which serves has no right to": lacksRight,
  // Until the table is analyzed that seems dearer than to read all that an organization has, by another index.
  "operations by any of several ids, and not by one key after the other": (text) =>
    /\bfrom "?operations"?\b[^()]*\bid"? = any\(/.test(text),
  // The coordinator of Citus 13.2 dies of it, with every connection.
  "a slice of an array in what is set": (text) =>
    /^(update|insert)\b.*\bset\b.*\w\[[^\]:]*:(?!:)[^\]]*\]/.test(text),
};

/** Without what its literals say, on one line. */
function normalForm(statement: string): string {
  return statement
    .replaceAll(/'[^']*'/g, "''")
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** Which rule a statement breaks; undefined of none. */
export const brokenRule = once("broken rule", (statement) => {
  const text = normalForm(statement);
  return Object.keys(rules).find((name) => rules[name]?.(text));
});

/** The CTEs that write and may be asked of a database that is not distributed: each has another text for one that is. */
const pairedCtes = /^with updated as \( ?update accounts as a set /;

const writingCte = once("writing CTE", (statement) => {
  const text = normalForm(statement);
  if (!/\bwith\b.*?\bas (not materialized |materialized )?\(\s*(insert|update|delete)\b/.test(text)) return;
  return pairedCtes.test(text) ? "paired" : "other";
});

/** Whether a statement writes in a CTE, as no database may be asked to that is distributed; another one by those alone that are named. */
export function isWrongCte(statement: string, isDistributed: boolean): boolean {
  const writing = writingCte(statement);
  return writing === "other" || (writing === "paired" && isDistributed);
}

/** Rows that come from parameters and not beside one of their organization; an import's customers have none yet. */
const copied = /^\s*insert into (?!customers)\w+ \([^)]*\)\s*select (?!home\b)[\s\S]*\bunnest\(/;

/**
 * What a transaction writes that it may not beside `changes`, by the tables' names: what lies on another node, and where
 * the database is distributed what its coordinator copies. It would be prepared there and committed behind the
 * coordinator: who is answered might not find it yet, and until it is the organization's turn is nobody else's.
 */
export function wrongBesideChanges(statements: readonly string[], isDistributed: boolean): string[] {
  const writes = statements.flatMap((text) => writtenBy(text).map(({ table }) => ({ text, table })));
  if (!writes.some(({ table }) => table === "changes")) return [];
  const isSpread = new RegExp(`^(${spread})$`);
  return writes
    .filter(({ text, table }) => !isSpread.test(table) || (isDistributed && copied.test(text)))
    .map(({ table }) => table);
}

const takingTurn = /^\s*select pg_advisory_xact_lock\([^;]*\b7400005\b[^;]*\bfrom customers\b/;

/** Whether a transaction of a database that is distributed inserts into `changes` without its turn, or goes on behind it. */
export function isOutOfTurn(statements: readonly string[]): boolean {
  const at = statements.findIndex((text) => writtenBy(text).some(({ table }) => table === "changes"));
  return at >= 0 && !(at === statements.length - 1 && takingTurn.test(statements[at - 1] ?? ""));
}

const atNode = new RegExp(String.raw`\bfrom (${spread})\b`);
/** Of the platform's first credential, whose table is the coordinator's. */
const ofPlatform = /\(7400006\)/;

/** Whether a transaction of a distributed database locks at its coordinator, whose lock may end before a node has committed. */
export function isLockOfCoordinator(text: string): boolean {
  return /\bpg_advisory_xact_lock/.test(text) && !atNode.test(text) && !ofPlatform.test(text);
}

/** Fails what breaks a rule, whichever test has asked for it, until the function is called that it answers. */
export function checkStatements(): () => void {
  const { ask } = Session.prototype;
  const transactions = new WeakMap<Session, string[]>();
  Session.prototype.ask = function (text, parameters) {
    const broken = brokenRule(text);
    if (broken !== undefined) throw new Error(`${broken}: ${text}`);
    if (isWrongCte(text, this.isDistributed)) throw new Error(`a CTE that writes: ${text}`);
    if (this.isDistributed && isLockOfCoordinator(text))
      throw new Error(`a lock of the coordinator: ${text}`);
    if (text === "begin") transactions.set(this, []);
    const statements = transactions.get(this);
    if (text === "commit" && statements !== undefined) {
      const wrong = wrongBesideChanges(statements, this.isDistributed);
      if (wrong.length > 0) throw new Error(`changes may not be written with what is of ${wrong}`);
      if (this.isDistributed && isOutOfTurn(statements))
        throw new Error("changes are written in turns, and last");
    }
    statements?.push(text);
    return ask.call(this, text, parameters);
  };
  return () => {
    Session.prototype.ask = ask;
  };
}
