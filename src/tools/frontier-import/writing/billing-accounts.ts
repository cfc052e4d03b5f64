import { sql } from "drizzle-orm";
import type { Amount } from "../../../domain/amount.ts";
import { emailKey } from "../../../domain/text.ts";
import { type ImportedCustomer, putImportedCustomers } from "../../../store/customers/imported-customers.ts";
import type { Database } from "../../../store/driver/database.ts";
import { array } from "../../../store/driver/statements/arrays.ts";
import { keys } from "../../../store/driver/statements/keys.ts";
import type { Orm } from "../../../store/driver/statements/orm.ts";
import { retrying } from "../../../store/driver/transactions/retry.ts";
import { lockOrganization } from "../../../store/tenants/organization-lock.ts";
import { acting } from "../../../store/trail/act.ts";
import { importer } from "./importer.ts";
import { writeLimits } from "./limits.ts";

/** A billing account that comes from elsewhere with its id, its limit and its times. */
export interface ImportedAccount extends ImportedCustomer {
  /** Null where it has no limit of its own. */
  readonly minimumBalance: Amount | null;
  /** What it has there for an email, where that is none. */
  readonly unusableEmail?: string;
}

/** What decides whether billing accounts can come into an organization. */
export interface AccountFacts {
  /** Those of them that are here already, by id. */
  readonly present: ReadonlyMap<string, { readonly isBillingAccount: boolean; readonly updatedAt: Date }>;
  /** The active billing account of the organization. */
  readonly activeId: string | undefined;
  /** Active customers by the key of their email, where one of the accounts has it too. */
  readonly emails: ReadonlyMap<string, string>;
}

type PlanOf<P> = (facts: AccountFacts) => P;

/** Billing accounts as an import makes and updates them. */
export class ImportedAccounts {
  constructor(private readonly database: Database) {}

  /** What a plan comes to, and nothing is written. */
  foresee<P>(orgId: string, accounts: readonly ImportedAccount[], plan: PlanOf<P>): Promise<P> {
    return retrying(async () => plan(await factsOf(this.database.orm(), orgId, accounts)));
  }

  /**
   * Writes the accounts that a plan asks for, each with its balance's row in a currency. The organization is locked as by
   * whoever creates a billing account, so the plan still holds when it is written.
   */
  write<P extends { readonly writes: readonly ImportedAccount[] }>(
    of: { orgId: string; currency: string },
    accounts: readonly ImportedAccount[],
    plan: PlanOf<P>,
  ): Promise<P> {
    const { orgId } = of;
    return retrying(() =>
      acting(this.database, importer, async (act) => {
        const { orm, note } = act;
        await lockOrganization(orm, orgId);
        const planned = plan(await factsOf(orm, orgId, accounts));
        // Whoever is active no more goes before whoever becomes active: at no moment two are.
        const isLast = ({ state, deletedAt }: ImportedAccount) => state === "active" && deletedAt === null;
        for (const writes of [
          planned.writes.filter((account) => !isLast(account)),
          planned.writes.filter(isLast),
        ]) {
          if (writes.length === 0) continue;
          await putImportedCustomers(orm, orgId, writes);
        }
        await writeLimits(act, of, planned.writes);
        if (planned.writes.length > 0) note(importOf(orgId, planned.writes));
        return planned;
      }),
    );
  }
}

/** One record for all that are written at once: their ids are in the rows. */
function importOf(orgId: string, written: readonly ImportedAccount[]) {
  const after = { customers: written.length, first: written[0]?.id, last: written.at(-1)?.id };
  return { verb: "customers.import", orgId, target: "customers", before: null, after } as const;
}

async function factsOf(orm: Orm, orgId: string, accounts: readonly ImportedAccount[]): Promise<AccountFacts> {
  const ids = accounts.map(({ id }) => id);
  const emails = accounts.flatMap(({ email }) => (email === "" ? [] : [emailKey(email)]));
  const present = await orm.execute<{ id: string; isBillingAccount: boolean; updatedAt: string }>(sql`
    select w.id, "isBillingAccount", "updatedAt" from ${keys(array(ids, "uuid"))} cross join lateral (
      select is_billing_account as "isBillingAccount", updated_at as "updatedAt" from customers c
      where c.org_id = ${orgId}::uuid and c.id = w.id limit 1) as c`);
  const [active] = await orm.execute<{ id: string }>(sql`
    select id from customers
    where org_id = ${orgId}::uuid and is_billing_account and state = 'active' and deleted_at is null`);
  const known = await orm.execute<{ id: string; email: string }>(sql`
    select id, email_key as email from customers
    where org_id = ${orgId}::uuid and email_key = any(${array(emails, "text")}) and email_key <> ''
      and state = 'active' and deleted_at is null`);
  return {
    present: new Map(
      present.map(({ id, isBillingAccount, updatedAt }) => [
        id,
        { isBillingAccount, updatedAt: new Date(updatedAt) },
      ]),
    ),
    activeId: active?.id,
    emails: new Map(known.map(({ id, email }) => [email, id])),
  };
}
