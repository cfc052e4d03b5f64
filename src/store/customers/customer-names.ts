import { sql } from "drizzle-orm";
import type { NameQuery, ResolvedName } from "../../domain/customer-name.ts";
import { emailKey } from "../../domain/text.ts";
import { isUuid } from "../../domain/uuid.ts";
import type { Database } from "../driver/database.ts";
import { OrganizationCoalescer } from "../driver/queries/organization-coalescer.ts";
import { arrayText, uuidsText } from "../driver/statements/arrays.ts";
import { keptQuery } from "../driver/statements/kept-query.ts";
import { retryingFor } from "../driver/transactions/retry.ts";
import { appGroups, customerNames, customers } from "../schema.ts";
import { groupNameOf } from "./group-name.ts";

const bounds = { keysMax: 256, loadsMax: 2 };
/** Customers that one name ever had, as far as they are looked at: the newest. */
const bearersMax = 1_000;

const org = sql`${sql.placeholder("org")}::uuid`;

const bearersOfEmails = keptQuery((orm) =>
  orm
    .select({ name: sql<string>`wanted`, id: sql<string>`found.id` })
    .from(sql`unnest(${sql.placeholder("emails")}::text[]) as w (wanted), lateral (
      select id from ${customers} where org_id = ${org} and email_key = wanted and deleted_at is null
      order by state, created_at desc, id desc limit 1) as found`)
    .prepare("customers_of_emails"),
);

const bearersOfGroups = keptQuery((orm) =>
  orm
    .select({ name: sql<string>`wanted`, id: sql<string>`found.customer_id` })
    .from(sql`unnest(${sql.placeholder("groups")}::text[]) as w (wanted), lateral (
      select customer_id from ${appGroups} where org_id = ${org} and name = wanted limit 1) as found`)
    .prepare("customers_of_groups"),
);

/** Those that were groups until they were deleted, too. */
const groupsById = keptQuery((orm) =>
  orm
    .select({ id: sql<string>`found.id`, isDeleted: sql<boolean>`found.is_deleted` })
    .from(sql`unnest(${sql.placeholder("ids")}::uuid[]) as w (wanted), lateral (
      select id, deleted_at is not null as is_deleted, ${groupNameOf(org)} as name
      from customers where org_id = ${org} and id = wanted limit 1) as found`)
    .where(sql`found.name is not null`)
    .prepare("groups_by_id"),
);

const everNamed = keptQuery((orm) =>
  orm
    .select({ name: sql<string>`wanted`, id: sql<string>`found.customer_id` })
    .from(sql`unnest(${sql.placeholder("names")}::text[]) as w (wanted), lateral (
      select customer_id from ${customerNames} where org_id = ${org} and name = wanted
      order by customer_id desc limit ${sql.raw(String(bearersMax))}) as found`)
    .prepare("customers_ever_named"),
);

/** Finds out whom texts name, and ever named. Those that are asked for together share their queries. */
export class CustomerNames {
  private readonly coalescer: OrganizationCoalescer<NameQuery, ResolvedName>;

  constructor(private readonly database: Database) {
    this.coalescer = new OrganizationCoalescer(
      (orgId, names) => retryingFor(database, orgId, () => this.load(orgId, names)),
      {
        nameOf: ({ text, as }) => `${as} ${text}`,
        ...bounds,
      },
    );
  }

  /** In the order of the names. */
  resolveNames(orgId: string, names: readonly NameQuery[]): Promise<ResolvedName[]> {
    return Promise.all(names.map((name) => this.coalescer.get(orgId, name)));
  }

  private async load(org: string, names: readonly NameQuery[]): Promise<ResolvedName[]> {
    const forms = names.map(formsOf);
    const textsOf = (form: "emails" | "groups" | "names") =>
      arrayText([...new Set(forms.flatMap((each) => each[form]))], "text");
    const ids = [...new Set(forms.flatMap(({ groupIds }) => groupIds))];
    const orm = this.database.keyed();
    const [ofEmails, ofGroups, ofGroupIds, ever] = await Promise.all([
      bearersOfEmails(orm).execute({ org, emails: textsOf("emails") }),
      bearersOfGroups(orm).execute({ org, groups: textsOf("groups") }),
      ids.length === 0 ? [] : groupsById(orm).execute({ org, ids: uuidsText(ids) }),
      everNamed(orm).execute({ org, names: textsOf("names") }),
    ]);
    const byEmail = new Map(ofEmails.map(({ name, id }) => [name, id]));
    const byGroup = new Map(ofGroups.map(({ name, id }) => [name, id]));
    const groups = new Map(ofGroupIds.map((group) => [group.id, group]));
    return forms.map((form) => {
      const named = ever.filter(({ name }) => form.names.includes(name)).map(({ id }) => id);
      const [group] = form.groupIds.flatMap((id) => groups.get(id) ?? []);
      const byId = group?.isDeleted === false ? group.id : undefined;
      return {
        id: firstOf(form.emails, byEmail) ?? byId ?? firstOf(form.groups, byGroup),
        everNamed: [...new Set(group === undefined ? named : [...named, group.id])],
      };
    });
  }
}

/** The texts by which a name is stored. */
interface Forms {
  readonly emails: readonly string[];
  readonly groups: readonly string[];
  /** An id stands where a group's name does: names can be given anew, and then it alone says who is meant. */
  readonly groupIds: readonly string[];
  /** Those that it may have had in the past. */
  readonly names: readonly string[];
}

function formsOf({ text, as }: NameQuery): Forms {
  const emails = as === "group" || text === "" ? [] : [emailKey(text)];
  const groups = as === "email" ? [] : [text];
  // No group's name has an `@`: the group `team` never was whom the text `Team` names.
  const names = as === "either" ? (text.includes("@") ? emails : groups) : [...emails, ...groups];
  const groupIds = as === "group" && isUuid(text) ? [text.toLowerCase()] : [];
  return { emails, groups, groupIds, names };
}

function firstOf(texts: readonly string[], ids: ReadonlyMap<string, string>): string | undefined {
  return texts.map((text) => ids.get(text)).find((id) => id !== undefined);
}
