import type { Schema } from "./schema.ts";

/** What a document names once and refers to: schemas by name. */
export class Components {
  readonly #schemas = new Map<string, { readonly of: unknown; schema: Schema }>();

  /**
   * Makes a schema where there is none of that name yet; one that holds itself finds itself there.
   *
   * @throws Error where the name is that of something else.
   */
  define(name: string, of: unknown, make: () => Schema): void {
    const known = this.#schemas.get(name);
    if (known !== undefined) {
      if (known.of !== of) throw new Error(`two schemas would be called ${name}`);
      return;
    }
    const entry = { of, schema: {} as Schema };
    this.#schemas.set(name, entry);
    entry.schema = make();
  }

  get schemas(): Readonly<Record<string, Schema>> {
    const entries = [...this.#schemas].map(([name, { schema }]) => [name, schema] as const);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
