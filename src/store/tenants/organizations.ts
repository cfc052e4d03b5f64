import { and, asc, eq, sql } from "drizzle-orm";
import { FreshCache } from "../../bounds/fresh-cache.ts";
import { isOrganizationName } from "../../domain/organization-name.ts";
import { isUuid } from "../../domain/uuid.ts";
import type { Database } from "../driver/database.ts";
import { type Cursor, isAt } from "../driver/statements/cursor.ts";
import type { Orm } from "../driver/statements/orm.ts";
import { creating } from "../driver/transactions/attempt.ts";
import { retrying } from "../driver/transactions/retry.ts";
import { organizationNames, organizations } from "../schema.ts";
import { type Act, acting } from "../trail/act.ts";
import type { By } from "../trail/by.ts";
import { difference, isNone, shown } from "../trail/shown.ts";

/** A tenant. */
export type Organization = typeof organizations.$inferSelect;

/** An organization as it is to be made. */
export type NewOrganization = Pick<Organization, "id" | "name" | "displayName" | "frontierCurrency"> &
  Partial<Pick<Organization, "managementDialect">>;

/** What to change of an organization; what is left out stays. */
export type OrganizationChange = Partial<
  Pick<Organization, "name" | "displayName" | "frontierCurrency" | "managementDialect" | "state">
>;

/** What changes of an organization is seen everywhere within staleMs. */
const freshness = { freshMs: 1_000, staleMs: 4_000, entriesMax: 10_000 };

/** The organizations. Finding a known one costs no query. */
export class Organizations {
  private readonly known = new FreshCache<Organization>(freshness);
  private readonly formerNames = new FreshCache<true>(freshness);

  constructor(private readonly database: Database) {}

  /** Creates one; undefined where another has the id, or has or ever had the name. */
  async create(fields: NewOrganization, by: By): Promise<Organization | undefined> {
    const create = () => acting(this.database, by, (act) => insertOrganization(act, fields));
    const isIt = and(eq(organizations.id, fields.id), eq(organizations.name, fields.name));
    const made = async () => (await this.database.keyed().select().from(organizations).where(isIt))[0];
    return creating("organization creation", { create, made }, by);
  }

  /** Changes what is given, and keeps a former name for it alone. Undefined where there is no such organization. */
  async update(
    id: string,
    change: OrganizationChange,
    by: By,
  ): Promise<Organization | "name taken" | undefined> {
    const outcome = await acting(this.database, by, (act) => updateOrganization(act, id, change));
    if (outcome === undefined || outcome === "name taken") return outcome;
    const { before, after } = outcome;
    for (const key of [id, before.name, after.name]) this.known.forget(key);
    return after;
  }

  /**
   * By id, or by any name that it ever had. What can be neither is not looked for, so the database sees no text that it
   * may not take.
   */
  async find(idOrName: string): Promise<Organization | undefined> {
    const key = keyOf(idOrName);
    return key === undefined ? undefined : this.known.get(key, () => this.load(key));
  }

  /** The same where it is known without a look-up, and without a promise, which every call would pay for. */
  kept(idOrName: string): Organization | undefined {
    const key = keyOf(idOrName);
    return key === undefined ? undefined : this.known.kept(key, () => this.load(key));
  }

  private load(key: string): Promise<Organization | undefined> {
    return retrying(() => (isUuid(key) ? this.findById(key) : this.findByName(key)));
  }

  /** Whether a name is or ever was an organization's. Where it is not, the time tells nothing about whose it is. */
  async hasHadName(id: string, name: string): Promise<boolean> {
    if (!isOrganizationName(name)) return false;
    const load = () => retrying(() => this.findFormerName(id, name));
    return (await this.formerNames.get(`${id} ${name}`, load)) ?? false;
  }

  private async findFormerName(id: string, name: string): Promise<true | undefined> {
    const isIt = and(eq(organizationNames.orgId, id), eq(organizationNames.name, name));
    const rows = await this.database.keyed().select().from(organizationNames).where(isIt).limit(1);
    return rows.length > 0 ? true : undefined;
  }

  private async findById(id: string): Promise<Organization | undefined> {
    const [row] = await this.database.keyed().select().from(organizations).where(eq(organizations.id, id));
    return row;
  }

  private async findByName(name: string): Promise<Organization | undefined> {
    const [row] = await this.database
      .keyed()
      .select({ organization: organizations })
      .from(organizationNames)
      .innerJoin(organizations, eq(organizations.id, organizationNames.orgId))
      .where(eq(organizationNames.name, name));
    return row?.organization;
  }

  /** Oldest first. */
  async list(
    page: { after?: Cursor | undefined; rowsMax: number },
    signal?: AbortSignal,
  ): Promise<Organization[]> {
    const { createdAt, id } = organizations;
    const after = page.after && isAt([createdAt, id], ">", page.after);
    return this.database
      .orm(signal)
      .select()
      .from(organizations)
      .where(after)
      .orderBy(asc(createdAt), asc(id))
      .limit(page.rowsMax);
  }
}

/** Undefined for what is neither an id nor a name. */
function keyOf(idOrName: string): string | undefined {
  if (isUuid(idOrName)) return idOrName.toLowerCase();
  return isOrganizationName(idOrName) ? idOrName : undefined;
}

/** Creates one with its name, in a transaction; undefined where another has the id, or has or ever had the name. */
async function insertOrganization(
  { orm, by, note }: Act,
  fields: NewOrganization,
): Promise<Organization | undefined> {
  const { id, name } = fields;
  const isTaken = eq(organizationNames.name, name);
  const [taken] = await orm.select().from(organizationNames).where(isTaken);
  if (taken !== undefined) return undefined;
  // Whoever takes the id or the name at the same time is waited for.
  const [row] = await orm
    .insert(organizations)
    .values({ ...fields, createdBy: by.actor })
    .onConflictDoNothing()
    .returning();
  if (row === undefined) return undefined;
  if (!(await keepName(orm, id, name))) throw new Error(`another organization got ${name}`);
  note({ verb: "organization.create", ...targetOf(row), before: null, after: shown(shownOf(row)) });
  return row;
}

/** Makes a name an organization's own, for ever; false where it is another's. */
async function keepName(orm: Orm, orgId: string, name: string): Promise<boolean> {
  await orm.insert(organizationNames).values({ name, orgId }).onConflictDoNothing();
  const [kept] = await orm.select().from(organizationNames).where(eq(organizationNames.name, name));
  return kept?.orgId === orgId;
}

async function updateOrganization(
  { orm, note }: Act,
  id: string,
  change: OrganizationChange,
): Promise<{ before: Organization; after: Organization } | "name taken" | undefined> {
  const isIt = eq(organizations.id, id);
  // Bookings go on: they ask for KEY SHARE.
  const [before] = await orm.select().from(organizations).where(isIt).for("no key update");
  if (before === undefined) return undefined;
  if (isNone(difference(shownOf(before), { ...shownOf(before), ...change })))
    return { before, after: before };
  const { name } = change;
  if (name !== undefined && !(await keepName(orm, id, name))) return "name taken";
  const [after] = await orm
    .update(organizations)
    .set({ ...change, updatedAt: sql`now()` })
    .where(isIt)
    .returning();
  if (after === undefined) throw new Error("an organization was not updated");
  note({ verb: "organization.update", ...targetOf(after), ...difference(shownOf(before), shownOf(after)) });
  return { before, after };
}

function targetOf({ id }: Organization) {
  return { orgId: id, target: `organizations/${id}` };
}

function shownOf({ name, displayName, frontierCurrency, state, managementDialect }: Organization) {
  return { name, displayName, frontierCurrency, state, managementDialect };
}
