import { and, not, type SQL, sql } from "drizzle-orm";
import { isAmong } from "../driver/statements/arrays.ts";
import { balanceAfter } from "./sides.ts";

/** The columns of a transaction that hold text. */
export const textColumns = [
  "type",
  "source",
  "description",
  "user_id",
  "user_title",
  "user_avatar",
  "org_id",
] as const;
export type TextColumn = (typeof textColumns)[number];
export type TokenColumn = TextColumn | "amount" | "created_at";

/** How a number or a time is compared. */
export const comparisons = { eq: "=", neq: "<>", gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;
export type Comparison = keyof typeof comparisons;

/** How a text is compared with a pattern of LIKE, in which `%` and `_` stand for others. */
export const patternOperators = {
  like: "like",
  notlike: "not like",
  ilike: "like",
  notilike: "not like",
} as const;
export type PatternOperator = keyof typeof patternOperators;

/** One condition. What is set of a query must all hold. */
export type TokenFilter =
  | { readonly column: TextColumn; readonly operator: "eq" | "neq" | PatternOperator; readonly text: string }
  | { readonly column: TextColumn; readonly operator: "in" | "notin"; readonly texts: readonly string[] }
  | { readonly column: TextColumn; readonly operator: "empty" | "notempty" }
  /** In whole units, as plain decimal text. */
  | { readonly column: "amount"; readonly operator: Comparison; readonly units: string }
  /** The milliseconds around the moment; the same where it is a whole one. */
  | {
      readonly column: "created_at";
      readonly operator: Comparison;
      readonly floor: Date;
      readonly ceiling: Date;
    };

/** One column to order by. */
export interface TokenOrder {
  readonly column: TokenColumn;
  readonly descending: boolean;
}

/** Which transactions to answer, and how. */
export interface TokenQuery {
  readonly filters: readonly TokenFilter[];
  /** Text that one of some columns must hold, as a pattern of LIKE; undefined where it is not asked for. */
  readonly search: string | undefined;
  /** The columns by whose values the transactions are counted and, first of all, ordered. */
  readonly groupBy: readonly TokenColumn[];
  readonly order: readonly TokenOrder[];
  readonly offset: number;
  readonly rowsMax: number;
}

/** What the columns are made of beside an entry `e`. */
export interface TokenFacts {
  readonly orgId: string;
  /** Places after the point of one unit of the currency. */
  readonly minorPlaces: number;
}

/** A column as an expression. There are no users here, so nobody has a title or an avatar. */
export function columnOf(column: TokenColumn, facts: TokenFacts): SQL {
  switch (column) {
    case "amount":
      return unitsChanged(facts);
    case "type":
      return sql`case when e.amount < 0 then 'debit' else 'credit' end`;
    case "created_at":
      return sql`e.at`;
    case "source":
    case "description":
    case "user_id":
      return sql.raw(`e.${column}`);
    case "user_title":
    case "user_avatar":
      return sql`''::text`;
    case "org_id":
      return sql`${facts.orgId}::text`;
  }
}

/** The whole units by which the balance that is shown changed: rounded down, as it is, before and after. */
function unitsChanged({ minorPlaces }: TokenFacts): SQL {
  const unitsInOne = sql.raw(`1${"0".repeat(minorPlaces)}`);
  return sql`abs(floor(${balanceAfter} * ${unitsInOne}) - floor((${balanceAfter} - e.amount) * ${unitsInOne}))`;
}

/** The same as text, as the answer prints it. */
export function printedColumnOf(column: TokenColumn, facts: TokenFacts): SQL {
  const expression = columnOf(column, facts);
  if (column !== "created_at") return sql`(${expression})::text`;
  return sql`to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** Filters and search as a condition; undefined where there are none. */
export function matchingTokens({ filters, search }: TokenQuery, facts: TokenFacts): SQL | undefined {
  return and(
    ...filters.map((filter) => conditionOf(filter, facts)),
    search === undefined ? undefined : searchCondition(search, facts),
  );
}

function conditionOf(filter: TokenFilter, facts: TokenFacts): SQL {
  const column = sql`(${columnOf(filter.column, facts)})`;
  if (filter.column === "amount") {
    return sql`${column} ${sql.raw(comparisons[filter.operator])} ${filter.units}::numeric`;
  }
  if (filter.column === "created_at") return timeCondition(column, filter);
  switch (filter.operator) {
    case "eq":
    case "neq":
      return sql`${column} ${sql.raw(comparisons[filter.operator])} ${filter.text}`;
    case "in":
      return isAmong(column, filter.texts, "text");
    case "notin":
      return not(isAmong(column, filter.texts, "text"));
    case "empty":
      return sql`${column} = ''`;
    case "notempty":
      return sql`${column} <> ''`;
    case "like":
    case "notlike":
      return sql`${column} ${sql.raw(patternOperators[filter.operator])} ${filter.text}`;
    case "ilike":
    case "notilike":
      return sql`lower(${column}) ${sql.raw(patternOperators[filter.operator])} ${lowered(filter.text)}`;
  }
}

/** Once a statement, and not for each row. */
function lowered(pattern: string): SQL {
  return sql`(select lower(${pattern}))`;
}

/** Times here are whole milliseconds, and the moment asked for may lie between two. */
function timeCondition(column: SQL, of: { operator: Comparison; floor: Date; ceiling: Date }): SQL {
  const floor = sql`${of.floor.toISOString()}::timestamptz`;
  const ceiling = sql`${of.ceiling.toISOString()}::timestamptz`;
  switch (of.operator) {
    case "eq":
      return sql`(${column} >= ${ceiling} and ${column} <= ${floor})`;
    case "neq":
      return sql`(${column} < ${ceiling} or ${column} > ${floor})`;
    case "gt":
      return sql`${column} > ${floor}`;
    case "lte":
      return sql`${column} <= ${floor}`;
    case "lt":
      return sql`${column} < ${ceiling}`;
    case "gte":
      return sql`${column} >= ${ceiling}`;
  }
}

/**
 * Text that the type, the description, the title of the user or the amount must hold. Written so
 * that only the description is brought to lower case row by row, which is what costs.
 */
function searchCondition(pattern: string, facts: TokenFacts): SQL {
  const low = lowered(pattern);
  return sql`(case when e.amount < 0 then 'debit' like ${low} else 'credit' like ${low} end
    or (${columnOf("amount", facts)})::text like ${pattern}
    or ${columnOf("user_title", facts)} like ${pattern}
    or lower(${columnOf("description", facts)}) like ${low})`;
}
