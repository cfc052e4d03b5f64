import type { TransactionSql } from "postgres";

/** What is being done, in words for people, and how many megabytes of tables the steps before it went through, of how many. */
export interface Step {
  readonly says: string;
  readonly done: number;
  readonly total: number;
}

export type Progress = (step: Step) => void;

/** What goes through a table, and takes as long as that is large. */
interface OfTable {
  readonly table: string;
}

/** The megabytes of each table. */
export type Sizes = ReadonlyMap<string, number>;

export async function readSizes(sql: TransactionSql): Promise<Sizes> {
  const rows = await sql<{ name: string; bytes: string }[]>`
    select relname as name, pg_total_relation_size(oid) as bytes from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r'`;
  return new Map(rows.map(({ name, bytes }) => [name, Math.ceil(Number(bytes) / 1e6)]));
}

/** Tells of each step when it begins. */
export class Course {
  readonly #sizes: Sizes;
  readonly #onProgress: Progress;
  readonly #total: number;
  #done = 0;

  /** @param steps all that are to go through a table */
  constructor(sizes: Sizes, steps: readonly OfTable[], onProgress: Progress) {
    this.#sizes = sizes;
    this.#onProgress = onProgress;
    this.#total = steps.reduce((total, step) => total + this.#sizeOf(step), 0);
  }

  begin(says: string): void {
    this.#onProgress({ says, done: this.#done, total: this.#total });
  }

  beginWith(step: OfTable, says: string): void {
    this.begin(`${step.table}: ${says}`);
    this.#done += this.#sizeOf(step);
  }

  #sizeOf({ table }: OfTable): number {
    return this.#sizes.get(table) ?? 0;
  }
}
