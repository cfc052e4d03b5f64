import { sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { Amount } from "../../../domain/amount.ts";
import { array, type Columns, columnNames, table } from "../../../store/driver/statements/arrays.ts";
import type { Orm } from "../../../store/driver/statements/orm.ts";
import { tableColumns } from "../../../store/driver/statements/table-columns.ts";
import { accounts } from "../../../store/schema.ts";
import { writeChange } from "../../../store/settlement/change.ts";
import { homeOf } from "../../../store/settlement/home.ts";
import { momentWithin } from "../../../store/settlement/moment.ts";
import type { Act } from "../../../store/trail/act.ts";
import { mustWrite } from "./counted.ts";
import type { Place } from "./stripes.ts";

/** How low the balance of a customer may go. */
export interface ImportedLimit {
  /** The customer's. */
  readonly id: string;
  /** Null where it has no limit of its own. */
  readonly minimumBalance: Amount | null;
  readonly createdAt: string;
}

/** An account that gets a limit, or comes into being. */
interface LimitedAccount extends ImportedLimit {
  readonly accountId: string;
  readonly sequence: number;
}

type PresentRow = { id: string; customerId: string; sequence: string; minimumBalance: string | null };

/** Gives each customer its account in a currency with its lasting limit, in place of whatever limits it has here. */
export async function writeLimits(
  { orm, isDistributed, lastly }: Act,
  place: Place,
  limits: readonly ImportedLimit[],
): Promise<void> {
  const present = await lockedAccounts(orm, place, limits);
  const moment = await momentWithin(orm, isDistributed);
  const created = limits
    .filter(({ id }) => !present.has(id))
    .map((limit) => ({ ...limit, accountId: uuidv7(), sequence: limit.minimumBalance === null ? 0 : 1 }));
  const changed = limits.flatMap((limit) => {
    const account = present.get(limit.id);
    if (account === undefined || isSame(account.minimumBalance, limit.minimumBalance)) return [];
    return [{ ...limit, accountId: account.id, sequence: Number(account.sequence) + 1 }];
  });
  await insertAccounts(orm, place, created);
  if (changed.length > 0) await changeLimits(orm, place, changed);
  const limited = [...created.filter(({ sequence }) => sequence > 0), ...changed];
  const [first] = limited;
  if (first === undefined) return;
  const ids = limited.map(({ accountId }) => accountId);
  const change = { orgId: place.orgId, customerId: first.id, operations: [], limited: ids };
  lastly(() => writeChange(orm, moment, change));
}

/** The accounts that the customers have, by customer, locked in the order of their ids as every settlement does. */
async function lockedAccounts(
  orm: Orm,
  { orgId, currency }: Place,
  limits: readonly ImportedLimit[],
): Promise<Map<string, PresentRow>> {
  const customerIds = limits.map(({ id }) => id);
  const rows = await orm.execute<PresentRow>(sql`
    select id, customer_id as "customerId", sequence, minimum_balance as "minimumBalance" from accounts
    where org_id = ${orgId}::uuid and customer_id = any(${array(customerIds, "uuid")}) and currency = ${currency}
    order by id for no key update`);
  return new Map(rows.map((row) => [row.customerId, row]));
}

function isSame(present: string | null, wanted: Amount | null): boolean {
  return present === null ? wanted === null : wanted?.equals(Amount.of(present)) === true;
}

const createdColumns: Columns<LimitedAccount> = tableColumns(accounts, {
  id: ({ accountId }) => accountId,
  customerId: ({ id }) => id,
  sequence: ({ sequence }) => sequence,
  minimumBalance: ({ minimumBalance }) => minimumBalance?.toString() ?? null,
  createdAt: ({ createdAt }) => createdAt,
  updatedAt: ({ createdAt }) => createdAt,
});

async function insertAccounts(
  orm: Orm,
  { orgId, currency }: Place,
  created: readonly LimitedAccount[],
): Promise<void> {
  const columns = columnNames(createdColumns);
  const [first] = created;
  if (first === undefined) return;
  const home = homeOf({ org: orgId, id: first.id });
  const written = await orm.execute(sql`
    insert into accounts (org_id, currency, ${columns})
    select ${home.org}, ${currency}, ${columns} from ${home.before}${table("r", created, createdColumns)}`);
  mustWrite(written, created.length, "accounts");
}

const changedColumns: Columns<LimitedAccount> = tableColumns(accounts, {
  id: ({ accountId }) => accountId,
  sequence: ({ sequence }) => sequence,
  minimumBalance: ({ minimumBalance }) => minimumBalance?.toString() ?? null,
});

async function changeLimits(orm: Orm, { orgId }: Place, changed: readonly LimitedAccount[]): Promise<void> {
  const written = await orm.execute(sql`
    update accounts as a set sequence = r.sequence, minimum_balance = r.minimum_balance, temporary_limits = null,
      credit_limit = null
    from ${table("r", changed, changedColumns)}
    where a.org_id = ${orgId}::uuid and a.id = r.id and a.sequence = r.sequence - 1`);
  mustWrite(written, changed.length, "accounts");
}
