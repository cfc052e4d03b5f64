import { sql } from "drizzle-orm";
import type { Session } from "../connections/session.ts";
import { statement } from "../statements/statement.ts";

/** Any number, the same in every instance; the second one of such a lock is the stripe. */
const advisoryLockClass = 7_400_002;
/** More than a PostgreSQL takes connections. */
const stripesMax = 10_000;

const claim = statement<never>(sql`
  select n as stripe from generate_series(0, ${sql.raw(`${stripesMax - 1}`)}) as n
  where pg_try_advisory_lock(${sql.raw(`${advisoryLockClass}`)}, n) limit 1`)({});

/**
 * Takes the smallest number that no connection to the database has, for as long as this one lasts. So there are never
 * more of them than connections that claimed one at the same time, however often processes start.
 */
export function claimStripe(session: Session): Promise<number> {
  return session.use(async () => {
    const [row] = await session.ask(claim.text, claim.parameters);
    if (row === undefined) throw new Error(`all of ${stripesMax} stripes are taken`);
    return row["stripe"] as number;
  });
}
