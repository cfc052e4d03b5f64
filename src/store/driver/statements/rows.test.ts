import { bigint, json, numeric, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { createDatabase, type TestDatabase } from "../../../../test/support/database.ts";
import { withSql } from "../../../../test/support/sql.ts";
import { Random, seedOf } from "../../../../test/workload/random.ts";
import { rowType } from "./rows.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

const table = pgTable("marks", {
  word: text("word"),
  count: bigint("count", { mode: "number" }),
  lastWord: text("last_word"),
  amount: numeric("amount", { precision: 28, scale: 9 }),
  words: json("words"),
  at: timestamp("at", { withTimezone: true, precision: 3 }),
});

type Mark = readonly [
  word: string | null,
  count: number | null,
  lastWord: string | null,
  amount: string | null,
  words: readonly string[] | null,
  at: Date | null,
];

const { word, count, lastWord, amount, words, at } = table;
const markRow = rowType("mark", { word, count, lastWord, amount, words, at }, (mark: Mark, cells) => {
  const [word, count, lastWord, amount, words, at] = mark;
  for (const cell of [word, count, lastWord, amount, words && JSON.stringify(words), at]) cells.add(cell);
});

function handedOver(marks: readonly Mark[]): Promise<unknown[]> {
  return withSql(database.url, async (sql) => {
    await sql.unsafe(`drop type if exists mark;
      create type mark as (${markRow.attributes.map((each) => `${each.name} ${each.sqlType}`).join(", ")})`);
    const rows = await sql.unsafe("select * from unnest($1::mark[]) as r", [markRow.text(marks)]).values();
    return rows.map((row) => row.map((cell) => (cell instanceof Date ? cell.toISOString() : cell)));
  });
}

const asRead = ([word, count, lastWord, amount, words, at]: Mark) => [
  word,
  count === null ? null : String(count),
  lastWord,
  amount,
  words,
  at?.toISOString() ?? null,
];

it("hands over any text, nothing, and no row at all", async () => {
  const random = new Random(seedOf("rows"));
  const letters = [
    "a",
    " ",
    ",",
    "(",
    ")",
    '"',
    "\\",
    "{",
    "}",
    "'",
    "\n",
    "\t",
    "NULL",
    "ß",
    "汉",
    "😀",
    "$&",
  ];
  const anyText = () => Array.from({ length: random.below(6) }, () => random.pick(letters)).join("");
  const orNull = <T>(value: T) => (random.below(4) === 0 ? null : value);
  const marks = Array.from(
    { length: 500 },
    (): Mark => [
      orNull(anyText()),
      orNull(random.below(1_000_000)),
      orNull(anyText()),
      orNull(`-${random.below(1_000)}.5`),
      orNull([anyText(), anyText()]),
      orNull(new Date(random.below(2 ** 40))),
    ],
  );
  expect(await handedOver(marks)).toEqual(marks.map(asRead));
  expect(await handedOver([])).toEqual([]);
  const nothing: Mark = [null, null, null, null, null, null];
  expect(await handedOver([nothing, nothing, ["", 0, "", "0", [], null], nothing])).toHaveLength(4);
});

it("refuses a row that lacks a cell, which would shift those behind it", () => {
  const short = rowType("mark", { word, count }, ([text]: [string], cells) => cells.add(text));
  expect(() => short.text([["alone"]])).toThrow("a row of 1 cells");
});
