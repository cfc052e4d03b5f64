import { and, asc, eq, gt, gte, isNull, type SQL, sql } from "drizzle-orm";
import { isUuid } from "../../domain/uuid.ts";
import type { Database } from "../driver/database.ts";
import { violatedIndex } from "../driver/errors.ts";
import { countOf, recordsMax } from "../driver/statements/counting.ts";
import type { Orm } from "../driver/statements/orm.ts";
import { creating } from "../driver/transactions/attempt.ts";
import { appGroups, customers } from "../schema.ts";
import { type Act, acting } from "../trail/act.ts";
import type { By } from "../trail/by.ts";
import { difference, isNone } from "../trail/shown.ts";
import type { CustomerDeletion, Unsettled } from "./customer-deletion.ts";
import { type Customer, type CustomerId, lockCustomer } from "./customer-row.ts";
import { insertCustomer, keepNames, updateCustomer } from "./customer-write.ts";
import { groupNameOf } from "./group-name.ts";

/** A customer that is known by a name. Apigee puts applications of several developers on its one balance. */
export interface AppGroup {
  readonly customer: Customer;
  /** Unique in the organization, and never changed. */
  readonly name: string;
  readonly channelId: string;
  readonly channelUri: string;
  /** A way to reach it. It names nobody. */
  readonly email: string;
}

/** Which app groups a list holds: those that have all that is said. */
export type AppGroupFilter = Partial<Pick<AppGroup, "channelId" | "channelUri"> & Pick<Customer, "state">>;

/** Where a list begins: with a name, or after it. */
export interface AppGroupStart {
  readonly name: string;
  readonly isIncluded: boolean;
}

/** All that may change about an app group. */
export interface AppGroupFields {
  /** Left out: as it is. */
  readonly state?: Customer["state"];
  readonly displayName: string;
  readonly attributes: Customer["attributes"];
  readonly channelId: string;
  readonly channelUri: string;
  readonly email: string;
  /** Left out: prepaid for a new one, else as it is. */
  readonly billingType?: Customer["billingType"];
}

/** Which app group: by id or by name. */
export interface AppGroupName {
  readonly orgId: string;
  readonly name: string;
}

const groupColumns = {
  customer: customers,
  name: appGroups.name,
  channelId: appGroups.channelId,
  channelUri: appGroups.channelUri,
  email: appGroups.email,
};

/** The app groups of organizations. Deleted ones are found by nobody. */
export class AppGroups {
  constructor(
    private readonly database: Database,
    private readonly deletion: CustomerDeletion,
    private readonly countedMax = recordsMax,
  ) {}

  /** Creates one; refused where another has the name. */
  async create(
    which: AppGroupName & { readonly id: string },
    fields: AppGroupFields,
    by: By,
  ): Promise<AppGroup | "taken"> {
    const { orgId, id, name } = which;
    const { displayName, channelId, channelUri, email, ...columns } = fields;
    const create = () =>
      acting(this.database, by, async (act) => {
        const { orm } = act;
        await insertCustomer(act, { orgId, id, name: displayName, ...columns });
        await keepNames(orm, [{ orgId, customerId: id, name }]);
        await orm.insert(appGroups).values({ orgId, customerId: id, name, channelId, channelUri, email });
        return one(orm, which);
      });
    const made = async () => {
      const found = await this.find(which);
      return found?.customer.id === id ? found : undefined;
    };
    try {
      return await creating("app group creation", { create, made }, by);
    } catch (error) {
      if (violatedIndex(error) === "app_groups_name") return "taken";
      throw error;
    }
  }

  /** A name may look like an id: whose id it is comes first. */
  async find({ orgId, name }: AppGroupName): Promise<AppGroup | undefined> {
    const orm = this.database.keyed();
    const found = isUuid(name) ? await findById(orm, { orgId, id: name }) : undefined;
    return found ?? findOne(orm, orgId, and(eq(appGroups.orgId, orgId), eq(appGroups.name, name)));
  }

  /** The name of a customer that is an app group, or was one when it was deleted; null of any other. */
  async nameOf({ orgId, id }: CustomerId): Promise<string | null> {
    const [group] = await this.database
      .keyed()
      .select({ name: groupNameOf(orgId) })
      .from(customers)
      .where(and(eq(customers.orgId, orgId), eq(customers.id, id)))
      .limit(1);
    return group?.name ?? null;
  }

  /** In the order of their names. */
  async list(
    page: {
      orgId: string;
      filter?: AppGroupFilter;
      start?: AppGroupStart | undefined;
      offset?: number;
      rowsMax: number;
    },
    signal?: AbortSignal,
  ): Promise<AppGroup[]> {
    const { orgId, filter = {}, start, offset = 0, rowsMax } = page;
    const isPast = start && (start.isIncluded ? gte : gt)(appGroups.name, start.name);
    return this.database
      .orm(signal)
      .select(groupColumns)
      .from(appGroups)
      .innerJoin(customers, isItsCustomer(orgId))
      .where(and(isWanted(orgId, filter), isPast))
      .orderBy(asc(appGroups.name))
      .limit(rowsMax)
      .offset(offset);
  }

  /** How many `list` would list, as far as they are counted. */
  async count(orgId: string, signal?: AbortSignal, filter: AppGroupFilter = {}): Promise<number> {
    const orm = this.database.orm(signal);
    const { state, ...ofGroup } = filter;
    const ofState = state === undefined ? sql`` : sql`and c.state = ${state}`;
    // Of a join the planner might look for the group of each customer.
    const customer = sql`(select c.id from customers c where c.org_id = ${orgId} and c.id = app_groups.customer_id
      and c.deleted_at is null ${ofState} limit 1)`;
    const listed = orm
      .select({ name: appGroups.name })
      .from(appGroups)
      .where(and(isWanted(orgId, ofGroup), sql`${customer} is not null`))
      .limit(this.countedMax);
    return countOf(orm, listed.as("listed"));
  }

  /** Replaces all that may change; undefined where there is no such app group. */
  async replace(which: CustomerId, fields: AppGroupFields, by: By): Promise<AppGroup | undefined> {
    const { displayName, channelId, channelUri, email, ...columns } = fields;
    return this.locked(which, by, async (act, { customer, ...known }) => {
      const { orm } = act;
      const profile = { channelId, channelUri, email };
      const changed = difference({ ...known }, profile);
      await updateCustomer(act, customer, { name: displayName, ...columns }, { profile: changed });
      if (!isNone(changed)) await orm.update(appGroups).set(profile).where(isOf(customer));
      return one(orm, which);
    });
  }

  /** Changes its state or how it pays. */
  async change(
    which: CustomerId,
    change: Partial<Pick<Customer, "state" | "billingType">>,
    by: By,
  ): Promise<AppGroup | undefined> {
    return this.locked(which, by, async (act, { customer }) => {
      await updateCustomer(act, customer, change);
      return one(act.orm, which);
    });
  }

  /** Deletes one that neither owes nor holds money. Its history stays in the ledger; its name is free again. */
  async delete(found: AppGroup, by: By): Promise<AppGroup | Unsettled | undefined> {
    const outcome = await this.deletion.delete(found.customer, { erase: false }, by);
    return outcome === undefined || "unsettled" in outcome ? outcome : found;
  }

  /** Works on an app group whose customer's row is locked. */
  private locked<T>(
    which: CustomerId,
    by: By,
    work: (act: Act, group: AppGroup) => Promise<T>,
  ): Promise<T | undefined> {
    return acting(this.database, by, async (act) => {
      await lockCustomer(act.orm, which);
      // After the lock: whoever held it may have changed or deleted it.
      const group = await findById(act.orm, which);
      return group && work(act, group);
    });
  }
}

function isItsCustomer(orgId: string) {
  return and(eq(customers.orgId, orgId), eq(customers.id, appGroups.customerId), isNull(customers.deletedAt));
}

function isWanted(orgId: string, { state, channelId, channelUri }: AppGroupFilter) {
  return and(
    eq(appGroups.orgId, orgId),
    state === undefined ? undefined : eq(customers.state, state),
    channelId === undefined ? undefined : eq(appGroups.channelId, channelId),
    channelUri === undefined ? undefined : eq(appGroups.channelUri, channelUri),
  );
}

async function findOne(orm: Orm, orgId: string, isIt: SQL | undefined): Promise<AppGroup | undefined> {
  const [found] = await orm
    .select(groupColumns)
    .from(appGroups)
    .innerJoin(customers, isItsCustomer(orgId))
    .where(isIt)
    .limit(1);
  return found;
}

function findById(orm: Orm, which: CustomerId): Promise<AppGroup | undefined> {
  return findOne(orm, which.orgId, isOf(which));
}

async function one(orm: Orm, which: CustomerId): Promise<AppGroup> {
  const group = await findById(orm, which);
  if (group === undefined) throw new Error("an app group was not written");
  return group;
}

function isOf({ orgId, id }: CustomerId) {
  return and(eq(appGroups.orgId, orgId), eq(appGroups.customerId, id));
}
