import { type Column, type SQL, sql } from "drizzle-orm";
import { castType } from "./cast-type.ts";

/** Nothing becomes null. */
type Cell = string | number | Date | null | undefined;

/** An attribute of a composite type of the database. */
export interface Attribute {
  readonly name: string;
  readonly sqlType: string;
}

/** How rows are handed over to the database: as one parameter, an array of a composite type. */
export interface RowType<T, G = undefined> {
  readonly name: string;
  /** In their order in the type. */
  readonly attributes: readonly Attribute[];
  /** PostgreSQL's text of the array. What is given is the same for all rows. */
  text(rows: readonly T[], ...given: Given<G>): string;
}

/** Nothing, where rows need nothing. */
export type Given<G> = G extends undefined ? [] : [given: G];

/** Takes the cells of a row, one after the other in the order of its type's attributes. */
export interface Cells {
  add(cell: Cell): void;
}

/** What is written of texts of types that may need quotes inside a row. */
const textOfType: ReadonlyMap<string, (text: string) => string> = new Map([
  ["text", freeText],
  ["json", freeText],
  ["tid", (text) => `\\"${text}\\"`],
]);

/**
 * A type whose attributes have the names of the properties and the types of their columns, or those that are said; `addCells`
 * adds a row's cells in the same order. Of a parameter a column PostgreSQL makes as many tables to read the rows from.
 */
export function rowType<T, G = undefined>(
  name: string,
  columns: Readonly<Record<string, Column | "integer" | "tid">>,
  addCells: (of: T, cells: Cells, given: G) => void,
): RowType<T, G> {
  const attributes = Object.entries(columns).map(([property, column]) => ({
    name: snakeCase(property),
    sqlType: typeof column === "string" ? column : castType(column),
  }));
  const textsOf = attributes.map(({ sqlType }) => textOfType.get(sqlType));
  const text = (rows: readonly T[], ...[given]: readonly unknown[]) => {
    if (rows.length === 0) return "{}";
    const texts = new RowTexts(textsOf);
    for (const row of rows) {
      addCells(row, texts, given as G);
      texts.endRow();
    }
    return texts.end();
  };
  return { name, attributes, text };
}

/** The names of a type's attributes, as a list, with expressions in the place of some. */
export function names(
  { attributes }: Pick<RowType<never>, "attributes">,
  instead: Readonly<Record<string, SQL>> = {},
): SQL {
  return sql.join(
    attributes.map(({ name }) => instead[name] ?? sql.raw(name)),
    sql`, `,
  );
}

/** Rows as a table that a statement can select from. Their text is bound to a placeholder. */
export function rowsOf({ name }: Pick<RowType<never>, "name">, placeholder = "rows"): SQL {
  return sql`unnest(${sql.placeholder(placeholder)}::${sql.raw(name)}[])`;
}

/** The text of rows. One list serves all of them: a list of cells and one of texts for each took twice as long. */
class RowTexts implements Cells {
  private text = "";
  private readonly row: (string | number)[];
  private place = 0;
  /** Of each place the last cell that is not written as it is, and its text: many a column says the same in all rows. */
  private readonly last: Cell[];
  private readonly lastTexts: string[];

  /** @param textsOf of each place, what makes its texts where they are not written as they are */
  constructor(private readonly textsOf: readonly (((text: string) => string) | undefined)[]) {
    this.row = textsOf.map(() => "");
    this.last = textsOf.map(() => undefined);
    this.lastTexts = textsOf.map(() => "");
  }

  add(cell: Cell): void {
    this.row[this.place] = cell === null || cell === undefined ? "" : this.textOf(cell);
    this.place += 1;
  }

  endRow(): void {
    if (this.place !== this.textsOf.length) throw new Error(`a row of ${this.place} cells`);
    this.place = 0;
    this.text += `${this.text === "" ? '{"(' : ')","('}${this.row.join(",")}`;
  }

  end(): string {
    return `${this.text})"}`;
  }

  private textOf(cell: string | number | Date): string | number {
    const { place } = this;
    const textOf = this.textsOf[place];
    if (typeof cell === "number" || (typeof cell === "string" && textOf === undefined)) return cell;
    if (cell !== this.last[place]) {
      this.last[place] = cell;
      this.lastTexts[place] = typeof cell !== "string" ? cell.toISOString() : (textOf?.(cell) ?? cell);
    }
    return this.lastTexts[place] ?? "";
  }
}

/** In quotes for the row where it needs them, and what they do not keep, escaped for the array. Nothing is null's text. */
function freeText(text: string): string {
  if (text === "") return nothing;
  return plain.test(text) ? text : `\\"${text.replace(special, "\\\\\\$&")}\\"`;
}

const nothing = '\\"\\"';
const plain = /^[^"\\(),]+$/;
const special = /["\\]/g;

function snakeCase(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
