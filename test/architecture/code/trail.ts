import { partOf, type Source, sources } from "../sources.ts";
import { chainOf, nodesOf, textsIn } from "../syntax.ts";

/** Who may open a transaction beside `acting`, which records what is done in its own. */
const transactions: Readonly<Record<string, string>> = {
  "src/store/trail/act.ts": "it is `acting`",
  "src/store/audit/audit.ts": "it reads",
  "src/tools/frontier-import/reading/database.ts": "it reads a database that is not ours",
  "src/tools/frontier-import/writing/ledger.ts": "it books, and the journal says who asked for that",
};

/** Who may write rows and takes no `Act`. */
const writers: Readonly<Record<string, string>> = {
  "src/store/customers/imported-customers.ts": "whoever asks notes all that are written at once",
  "src/store/refusals/refusal-log.ts": "a refusal is no act",
  "src/store/refusals/refusal-retention.ts": "a refusal is no act",
  "src/store/tenants/credential-uses.ts": "a use is no act",
  "src/store/trail/act.ts": "it writes the records",
};

const writes = new Set(["insert", "update", "delete"]);
const writing = /^\s*(insert into|update \w+|delete from) /i;
const folders = ["customers", "refusals", "tenants", "terms", "trail", "books"];
const store = sources.filter(({ path }) => folders.some((name) => path.startsWith(`src/store/${name}/`)));

function writesRows({ tree }: Source): boolean {
  const isWriting = nodesOf(tree, "CallExpression").some((call) => {
    const chain = chainOf(call);
    return chain.some((name) => writes.has(name)) && chain.at(-1) === "orm";
  });
  return isWriting || textsIn(tree).some((text) => writing.test(text));
}

function takesAct({ tree }: Source): boolean {
  return textsIn(tree).some((text) => text.endsWith("trail/act.ts"));
}

describe("an act without a record", () => {
  it("cannot be done in a transaction of its own: only `acting` opens one", () => {
    const others = sources.filter(({ path }) => !path.startsWith("src/store/driver/"));
    const opening = others.filter(({ tree }) =>
      nodesOf(tree, "CallExpression").some((call) => {
        const [name, of] = chainOf(call);
        return name === "transaction" && of === "database";
      }),
    );
    expect(opening.map(({ path }) => path).sort()).toEqual(Object.keys(transactions).sort());
  });

  it("cannot be written by what takes no act", () => {
    expect(store.length).toBeGreaterThan(40);
    const written = store.filter((source) => writesRows(source));
    expect(written.length).toBeGreaterThan(10);
    const without = written.filter((source) => !takesAct(source)).map(({ path }) => path);
    expect(without.sort()).toEqual(Object.keys(writers).sort());
  });

  it("has no other way in: what writes rows elsewhere settles, migrates, restores or distributes", () => {
    const elsewhere = sources.filter(
      (source) => partOf(source.path) === "store" && !store.includes(source) && writesRows(source),
    );
    const rooms = new Set(elsewhere.map(({ path }) => path.split("/")[2]));
    expect(
      [...rooms].filter(
        (room) => !["settlement", "journal", "driver", "restoration", "distribution"].includes(room ?? ""),
      ),
    ).toEqual([]);
  });
});
