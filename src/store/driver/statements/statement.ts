import { is, Placeholder, type SQL } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";

const dialect = new PgDialect();

/** A statement with its parameters, as the driver takes them. */
export interface Bound {
  readonly text: string;
  readonly parameters: readonly (string | null)[];
  /** How many rows it must concern, where that is known. */
  readonly rows?: number;
  /** Whether it waits until a transaction has its turn among others that do the same. */
  readonly isTurn?: boolean;
}

/** Puts a run's values where the statement's placeholders stand. */
export type Statement<N extends string> = (values: Readonly<Record<N, string | null>>) => Bound;

/**
 * A statement whose text is made once. All of its parameters are `sql.placeholder`s. Drizzle would make the text anew
 * for every run, which took longer than all else that a batch of one asks of this process.
 */
export function statement<N extends string = string>(query: SQL): Statement<N> {
  const { sql: text, params } = dialect.sqlToQuery(query);
  const names = params.map((param) => {
    if (!is(param, Placeholder)) throw new Error(`a value and not a placeholder in: ${text}`);
    return param.name as N;
  });
  return (values) => ({ text, parameters: names.map((name) => values[name]) });
}
