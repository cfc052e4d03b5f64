import { and, asc, desc, eq, gt, gte, isNull, ne, type SQL, sql } from "drizzle-orm";
import { emailKey } from "../../domain/text.ts";
import { isUuid } from "../../domain/uuid.ts";
import type { Database } from "../driver/database.ts";
import { violatedIndex } from "../driver/errors.ts";
import { array } from "../driver/statements/arrays.ts";
import { countOf, recordsMax } from "../driver/statements/counting.ts";
import { isKey, keys } from "../driver/statements/keys.ts";
import type { Orm } from "../driver/statements/orm.ts";
import { creating } from "../driver/transactions/attempt.ts";
import { customers, developers } from "../schema.ts";
import { type Act, acting } from "../trail/act.ts";
import type { By } from "../trail/by.ts";
import { difference, isNone } from "../trail/shown.ts";
import type { CustomerDeletion, Unsettled } from "./customer-deletion.ts";
import { type Customer, type CustomerId, lockCustomer } from "./customer-row.ts";
import { insertCustomer, updateCustomer } from "./customer-write.ts";
import type { ActiveBillingAccount, TakenField } from "./customers.ts";

/** What Apigee's clients keep with a developer beside what every customer has. */
export type DeveloperProfile = Omit<typeof developers.$inferSelect, "orgId" | "customerId">;

/** A customer as Apigee sees it. It has no profile where another interface made it. */
export interface Developer {
  readonly customer: Customer;
  readonly profile: DeveloperProfile | null;
}

/** All that a caller may say about a developer. */
export interface DeveloperFields {
  readonly email: string;
  readonly name: string;
  readonly profile: Omit<DeveloperProfile, "createdBy">;
  readonly attributes: Customer["attributes"];
  /** Left out: prepaid for a new one, else as it is. */
  readonly billingType?: Customer["billingType"];
}

/** What to change of a developer's customer. */
export type DeveloperChange = Partial<Pick<Customer, "attributes" | "billingType" | "state">>;

/** Which developer: by id, or by email without regard to case. */
export interface DeveloperName {
  readonly orgId: string;
  readonly idOrEmail: string;
}

/** Where a list begins: with an email, or after it. */
export interface DeveloperStart {
  readonly email: string;
  readonly isIncluded: boolean;
}

const profileColumns = {
  firstName: developers.firstName,
  lastName: developers.lastName,
  userName: developers.userName,
  appFamily: developers.appFamily,
  accessType: developers.accessType,
  createdBy: developers.createdBy,
};
const hasEmail = ne(customers.emailKey, "");

/**
 * A customer that is no app group. Of a join the planner would guess how many are none, and read all of them where it guesses few.
 * The tables' names are written out: Drizzle leaves them away where a query has but one.
 */
function isDeveloper(orgId: string) {
  const group = sql`(select g.customer_id from app_groups g where g.org_id = ${orgId} and g.customer_id = customers.id limit 1)`;
  return and(eq(customers.orgId, orgId), isNull(customers.deletedAt), sql`${group} is null`);
}

function isTheirs(orgId: string) {
  return and(eq(developers.orgId, orgId), eq(developers.customerId, customers.id));
}

/** The developers of organizations: every customer but app groups. Deleted ones are found by nobody. */
export class Developers {
  constructor(
    private readonly database: Database,
    private readonly deletion: CustomerDeletion,
  ) {}

  /** Creates one; refused where another has the email, even one that is disabled. */
  async create(which: CustomerId, fields: DeveloperFields, by: By): Promise<Developer | TakenField> {
    const { orgId, id } = which;
    const create = () =>
      acting(this.database, by, async (act) => {
        const { orm } = act;
        if ((await selectDevelopers(orm, orgId, eq(customers.emailKey, emailKey(fields.email)))).length > 0)
          return emailTaken;
        const { profile, ...columns } = fields;
        await insertCustomer(act, { orgId, id, ...columns });
        const createdBy = by.actor;
        await orm.insert(developers).values({ orgId, customerId: id, ...profile, createdBy });
        return one(orm, which);
      });
    const made = () => this.find({ orgId, idOrEmail: id });
    return unlessEmailTaken(() => creating("developer creation", { create, made }, by));
  }

  async find({ orgId, idOrEmail }: DeveloperName): Promise<Developer | undefined> {
    const isIt = isUuid(idOrEmail)
      ? eq(customers.id, idOrEmail)
      : eq(customers.emailKey, emailKey(idOrEmail));
    const [found] = await selectDevelopers(this.database.keyed(), orgId, isIt);
    return found;
  }

  /** Those with an email, in its order, from one on. */
  async list(
    page: { orgId: string; start?: DeveloperStart | undefined; offset?: number; rowsMax: number },
    signal?: AbortSignal,
  ): Promise<Developer[]> {
    const { orgId, start, offset = 0, rowsMax } = page;
    const isPast = start && (start.isIncluded ? gte : gt)(customers.emailKey, emailKey(start.email));
    return (
      this.database
        .orm(signal)
        // An email names one: the active one, where a disabled one has it too.
        .selectDistinctOn([customers.emailKey], { customer: customers, profile: profileColumns })
        .from(customers)
        .leftJoin(developers, isTheirs(orgId))
        .where(and(isDeveloper(orgId), hasEmail, isPast))
        .orderBy(asc(customers.emailKey), asc(customers.state), desc(customers.createdAt), desc(customers.id))
        .limit(rowsMax)
        .offset(offset)
    );
  }

  /** How many `list` would list, as far as they are counted. */
  async count(orgId: string, signal?: AbortSignal): Promise<number> {
    const orm = this.database.orm(signal);
    const listed = orm
      .selectDistinct({ emailKey: customers.emailKey })
      .from(customers)
      .where(and(isDeveloper(orgId), hasEmail))
      .limit(recordsMax);
    return countOf(orm, listed.as("listed"));
  }

  /** Those of some ids and emails after one of them, in the order of their emails. Each is looked up by itself. */
  async listNamed(
    page: {
      readonly orgId: string;
      readonly idsOrEmails: readonly string[];
      readonly past?: Pick<Customer, "id" | "email"> | undefined;
      readonly rowsMax: number;
    },
    signal?: AbortSignal,
  ): Promise<Developer[]> {
    const { orgId, idsOrEmails, past, rowsMax } = page;
    const isPast =
      past && sql`(${customers.emailKey}, ${customers.id}) > (${emailKey(past.email)}, ${past.id}::uuid)`;
    const orm = this.database.orm(signal);
    const found = (isNamed: SQL) =>
      orm
        .select({ id: customers.id })
        .from(customers)
        .where(and(isDeveloper(orgId), isNamed, isPast))
        .orderBy(asc(customers.id))
        .limit(rowsMax)
        .as("found");
    const [byId, byEmail] = [found(isKey(customers.id)), found(sql`${customers.emailKey} = w.email_key`)];
    const ids = idsOrEmails.filter(isUuid);
    const emails = idsOrEmails.filter((each) => !isUuid(each)).map(emailKey);
    const named = orm
      .select({ id: byId.id })
      .from(keys(array(ids, "uuid")))
      .crossJoinLateral(byId)
      .union(
        orm
          .select({ id: byEmail.id })
          .from(sql`unnest(${array(emails, "text")}) as w (email_key)`)
          .crossJoinLateral(byEmail),
      )
      .as("named");
    return orm
      .select({ customer: customers, profile: profileColumns })
      .from(named)
      .innerJoin(customers, and(eq(customers.orgId, orgId), eq(customers.id, named.id)))
      .leftJoin(developers, isTheirs(orgId))
      .orderBy(asc(customers.emailKey), asc(customers.id))
      .limit(rowsMax);
  }

  /** Replaces all that a caller may say; undefined where there is no such developer. */
  async replace(
    which: CustomerId,
    fields: DeveloperFields,
    by: By,
  ): Promise<Developer | TakenField | undefined> {
    return unlessEmailTaken(() =>
      this.locked(which, by, async (act, { customer, profile: known }) => {
        const { orm } = act;
        const key = emailKey(fields.email);
        const isNamesake = and(eq(customers.emailKey, key), hasEmail, ne(customers.id, customer.id));
        if ((await selectDevelopers(orm, which.orgId, isNamesake)).length > 0) return emailTaken;
        const { profile, ...columns } = fields;
        // Whoever writes it in lower case must not change how others have written it.
        const email = key === customer.emailKey ? customer.email : fields.email;
        const changed = difference({ ...known }, { ...profile });
        await updateCustomer(act, customer, { ...columns, email }, { profile: changed });
        if (!isNone(changed))
          await orm
            .insert(developers)
            .values({ orgId: customer.orgId, customerId: customer.id, ...profile })
            .onConflictDoUpdate({ target: [developers.orgId, developers.customerId], set: profile });
        return one(orm, customer);
      }),
    );
  }

  /** Changes what `change` says of the customer as it then is; what that throws undoes everything. */
  async change(
    which: CustomerId,
    change: (customer: Customer) => DeveloperChange,
    by: By,
  ): Promise<Developer | TakenField | ActiveBillingAccount | undefined> {
    try {
      return await unlessEmailTaken(() =>
        this.locked(which, by, async (act, { customer }) => {
          await updateCustomer(act, customer, change(customer));
          return one(act.orm, customer);
        }),
      );
    } catch (error) {
      if (violatedIndex(error) === "customers_active_billing_account") return { activeBillingAccount: true };
      throw error;
    }
  }

  /** Deletes one that neither owes nor holds money. Its history stays in the ledger. */
  async delete(found: Developer, by: By): Promise<Developer | Unsettled | undefined> {
    const outcome = await this.deletion.delete(found.customer, { erase: false }, by);
    return outcome === undefined || "unsettled" in outcome ? outcome : found;
  }

  /** Works on a developer whose row is locked. */
  private async locked<T>(
    which: CustomerId,
    by: By,
    work: (act: Act, developer: Developer) => Promise<T>,
  ): Promise<T | undefined> {
    return acting(this.database, by, async (act) => {
      await lockCustomer(act.orm, which);
      // After the lock: whoever held it may have changed or deleted it.
      const [developer] = await selectDevelopers(act.orm, which.orgId, eq(customers.id, which.id));
      return developer && work(act, developer);
    });
  }
}

const emailTaken: TakenField = { taken: "email" };

/** The active one first of those with one email. */
async function selectDevelopers(orm: Orm, orgId: string, isWanted: SQL | undefined): Promise<Developer[]> {
  return orm
    .select({ customer: customers, profile: profileColumns })
    .from(customers)
    .leftJoin(developers, isTheirs(orgId))
    .where(and(isDeveloper(orgId), isWanted))
    .orderBy(asc(customers.emailKey), asc(customers.state), desc(customers.createdAt), desc(customers.id))
    .limit(1);
}

async function one(orm: Orm, which: CustomerId): Promise<Developer> {
  const [developer] = await selectDevelopers(orm, which.orgId, eq(customers.id, which.id));
  if (developer === undefined) throw new Error("a developer was not written");
  return developer;
}

async function unlessEmailTaken<T>(write: () => Promise<T>): Promise<T | TakenField> {
  try {
    return await write();
  } catch (error) {
    if (violatedIndex(error) === "customers_email") return emailTaken;
    throw error;
  }
}
