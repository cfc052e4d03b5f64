import { sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { defaultCounters } from "../../../domain/content.ts";
import type { Orm } from "../../../store/driver/statements/orm.ts";
import { accounts } from "../../../store/schema.ts";

/** The first stripe of counter-accounts that imports book on; the others follow downwards. Settlements begin at 0. */
export const firstImportStripe = 32_767;
const lastImportStripe = firstImportStripe - 99;

/** The counter-accounts that imports book on. */
const importCounters = [defaultCounters.credit, defaultCounters.charge];

/** An organization's accounts in a currency. */
export interface Place {
  readonly orgId: string;
  readonly currency: string;
}

/**
 * The stripe for what was done from a moment on. Imports have their own, so that they keep no settlement waiting and what
 * they book keeps its time there too; and a further one for what is older than what they have booked. Reads sum all
 * stripes. Where all are taken, the last one serves, and what is booked on it late bears a later time there.
 */
export async function importStripe(orm: Orm, { orgId, currency }: Place, from: Date): Promise<number> {
  const [row] = await orm.execute<{ stripe: number }>(sql`
    select coalesce(
      max(stripe) filter (where newest_at <= ${from.toISOString()}::timestamptz),
      case when min(stripe) is not null then greatest(min(stripe) - 1, ${lastImportStripe}::int) end,
      ${firstImportStripe}::int) as stripe
    from (
      select stripe, max(case when version > 0 then updated_at else '-infinity' end) as newest_at from accounts
      where org_id = ${orgId}::uuid and currency = ${currency} and counter is not null
        and stripe >= ${lastImportStripe}::int
      group by stripe
    ) s`);
  return row?.stripe ?? firstImportStripe;
}

/** Makes the counter-accounts of a stripe, where they are not there; not in the transaction that books on them. */
export async function ensureCounterAccounts(
  orm: Orm,
  { orgId, currency }: Place,
  stripe: number,
): Promise<void> {
  const rows = importCounters.map((counter) => ({ orgId, id: uuidv7(), counter, stripe, currency }));
  await orm.insert(accounts).values(rows).onConflictDoNothing();
}
