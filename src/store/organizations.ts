import { and, asc, eq, gt, or } from "drizzle-orm";
import { isOrganizationName } from "../domain/organization-name.ts";
import { isUuid } from "../domain/uuid.ts";
import type { Database } from "./driver/database.ts";
import { FreshCache } from "./driver/fresh-cache.ts";
import { type Attempt, creating, retrying } from "./retry.ts";
import { organizations } from "./schema.ts";

/** A tenant. */
export type Organization = typeof organizations.$inferSelect;

/** Where a listing goes on: after the row with this time and id. */
export interface Cursor {
  readonly at: Date;
  readonly id: string;
}

/** Ids and names never change; what may change is a setting, seen everywhere within staleMs. */
const freshness = { freshMs: 1_000, staleMs: 4_000, entriesMax: 10_000 };

/** The organizations. Finding a known one costs no query. */
export class Organizations {
  private readonly known = new FreshCache<Organization>(freshness);

  constructor(private readonly database: Database) {}

  /** Creates one; undefined where the id or the name is taken. */
  async create(
    fields: Omit<Organization, "createdAt">,
    attempt?: Attempt,
  ): Promise<Organization | undefined> {
    const orm = this.database.orm(attempt?.signal);
    const isIt = and(eq(organizations.id, fields.id), eq(organizations.name, fields.name));
    const create = () => orm.insert(organizations).values(fields).onConflictDoNothing().returning();
    const made = async () => nonEmpty(await orm.select().from(organizations).where(isIt));
    const [row] = await creating({ create, made }, attempt);
    return row;
  }

  /** By id or name. What can be neither is not looked for, so the database sees no text that it may not take. */
  async find(idOrName: string): Promise<Organization | undefined> {
    const isId = isUuid(idOrName);
    if (!isId && !isOrganizationName(idOrName)) return undefined;
    const key = isId ? idOrName.toLowerCase() : idOrName;
    return this.known.get(key, () =>
      retrying(async () => {
        const isIt = isId ? eq(organizations.id, key) : eq(organizations.name, key);
        const rows = await this.database.orm().select().from(organizations).where(isIt).limit(1);
        return rows[0];
      }),
    );
  }

  /** Oldest first. */
  async list(
    page: { after?: Cursor | undefined; rowsMax: number },
    signal?: AbortSignal,
  ): Promise<Organization[]> {
    const { createdAt, id } = organizations;
    const after =
      page.after === undefined
        ? undefined
        : or(gt(createdAt, page.after.at), and(eq(createdAt, page.after.at), gt(id, page.after.id)));
    return this.database
      .orm(signal)
      .select()
      .from(organizations)
      .where(after)
      .orderBy(asc(createdAt), asc(id))
      .limit(page.rowsMax);
  }
}

function nonEmpty<T>(rows: T[]): T[] | undefined {
  return rows.length > 0 ? rows : undefined;
}
