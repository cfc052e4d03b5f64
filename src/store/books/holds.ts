import { and, desc, eq, type SQL, sql } from "drizzle-orm";
import { customerAccount } from "../../domain/account.ts";
import { Amount } from "../../domain/amount.ts";
import { type Hold, type HoldState, isDue, isExpired } from "../../domain/hold.ts";
import type { Database } from "../driver/database.ts";
import { type Cursor, isAt } from "../driver/statements/cursor.ts";
import type { Orm } from "../driver/statements/orm.ts";
import { lookThrough, type Portion } from "../driver/statements/portion.ts";
import { holdOf } from "../journal/recorded-row.ts";
import { holds, operations } from "../schema.ts";
import { readSettled, type Settler } from "./settler.ts";

/** Which holds to answer, newest first. */
export interface HoldsPage {
  readonly orgId: string;
  readonly customerId?: string | undefined;
  readonly state?: HoldState | undefined;
  readonly after?: Cursor | undefined;
  readonly rowsMax: number;
}

/** Which are read, and on which connections. */
interface Wanted {
  readonly isWanted: SQL | undefined;
  readonly rowsMax: number;
  readonly orm: Orm;
}

/** A hold as its row has it, and the time at which it was read. */
interface Read {
  readonly hold: Hold;
  readonly now: Date;
}

/** What the state of a hold is, or is about to be, whether or not anyone has noted that its time has passed. */
const stateNow = sql`case when ${holds.state} <> 'active' or ${holds.expiresAt} > now() then ${holds.state}
  when ${holds.onExpiry} = 'release' then 'expired' else 'captured' end`;

const place = [holds.createdAt, holds.id] as const;
const newestFirst = [desc(holds.createdAt), desc(holds.id)];

/** Reads holds as they stand now, without locking their accounts. */
export class Holds {
  constructor(
    private readonly database: Database,
    private readonly settler: Settler,
  ) {}

  async find(which: { orgId: string; id: string }, signal?: AbortSignal): Promise<Hold | undefined> {
    const [hold] = await this.settled(
      which.orgId,
      { isWanted: eq(holds.id, which.id), rowsMax: 1, orm: this.database.keyed() },
      signal,
    );
    return hold;
  }

  async list(page: HoldsPage, signal?: AbortSignal): Promise<Portion<Hold, Cursor>> {
    const { orgId, customerId, state, after, rowsMax } = page;
    const isListed = and(
      customerId === undefined ? undefined : eq(holds.customerId, customerId),
      after && isAt(place, "<", after),
    );
    const wanted = (edge: Cursor | undefined) => {
      const isWanted = and(isListed, state && eq(stateNow, state), edge && isAt(place, ">=", edge));
      return this.settled(orgId, { isWanted, rowsMax, orm: this.database.orm(signal) }, signal);
    };
    if (state === undefined) return { rows: await wanted(undefined), lookedTo: undefined };
    return lookThrough({ rowsMax, edge: (looks) => this.edge(orgId, { isListed, looks }, signal), wanted });
  }

  private async edge(
    orgId: string,
    { isListed, looks }: { readonly isListed: SQL | undefined; readonly looks: number },
    signal?: AbortSignal,
  ): Promise<Cursor | undefined> {
    const [last] = await this.database
      .orm(signal)
      .select({ at: holds.createdAt, id: holds.id })
      .from(holds)
      .where(and(eq(holds.orgId, orgId), isListed))
      .orderBy(...newestFirst)
      .offset(looks - 1)
      .limit(1);
    return last;
  }

  /** Those that are to be captured because their time has passed are captured first. */
  private async settled(orgId: string, of: Wanted, signal?: AbortSignal): Promise<Hold[]> {
    const rows = await readSettled(
      { settler: this.settler, orgId, signal },
      () => this.read(orgId, of),
      (read) =>
        read
          .filter(({ hold, now }) => isDue(hold, now) && hold.onExpiry === "capture")
          .map(({ hold }) => customerAccount(hold.customerId, hold.currency)),
    );
    return rows.map(({ hold, now }) => asOf(hold, now));
  }

  private async read(orgId: string, of: Wanted): Promise<Read[]> {
    const { key, source, description, userId, metadata } = operations;
    const rows = await of.orm
      .select({ hold: holds, first: { key, source, description, userId, metadata }, now: sql<string>`now()` })
      .from(holds)
      .innerJoin(operations, and(eq(operations.orgId, orgId), eq(operations.id, holds.id)))
      .where(and(eq(holds.orgId, orgId), of.isWanted))
      .orderBy(...newestFirst)
      .limit(of.rowsMax);
    return rows.map(({ hold, first, now }) => ({ hold: holdOf(hold, first), now: new Date(now) }));
  }
}

function asOf(hold: Hold, at: Date): Hold {
  return isExpired(hold, at) ? { ...hold, remaining: Amount.zero, state: "expired" } : hold;
}
