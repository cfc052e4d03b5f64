import { and, type Column, desc, eq, isNotNull, not, type SQL, sql } from "drizzle-orm";
import type { TransferKind } from "../../domain/operation.ts";
import type { Transfer } from "../../domain/recorded.ts";
import type { Customer } from "../customers/customer-row.ts";
import { groupNameOf } from "../customers/group-name.ts";
import type { Database } from "../driver/database.ts";
import { array, isAmong, table } from "../driver/statements/arrays.ts";
import { countOf, recordsMax } from "../driver/statements/counting.ts";
import { type Cursor, isAt } from "../driver/statements/cursor.ts";
import { entries } from "../journal/entries.ts";
import { accounts, customers } from "../schema.ts";
import { readAccount, selectAccounts } from "./account.ts";
import { unsettled } from "./account-reader.ts";
import { readSettled, type Settler } from "./settler.ts";
import { isOperation, movedBy, o, operationColumns, sides, type Times, within } from "./sides.ts";

/** Which transfers to answer; what is set must all hold. */
export interface TransactionCriteria extends Times {
  readonly orgId: string;
  readonly customerIds?: readonly string[] | undefined;
  readonly currencies?: readonly string[] | undefined;
  readonly kinds?: readonly TransferKind[] | undefined;
}

/** A transfer with the customer that it is about: the payer where both sides are customers. */
export interface Transaction {
  readonly transfer: Transfer;
  readonly customer: Customer;
  /** The name of the app group that the customer is, or was when it was deleted; null of any other. */
  readonly company: string | null;
}

/** One that a search has found. */
export interface FoundTransaction extends Transaction {
  /** Its time in the order of the search. */
  readonly at: Date;
}

/** Accounts that the customers of one search may have. */
const accountsMax = 10_000;

/**
 * Finds transfers by what Apigee Edge asks for, by numbered pages, newest first; of some customers once nothing is due in
 * their accounts.
 */
export class TransactionSearch {
  constructor(
    private readonly database: Database,
    private readonly settler: Settler,
  ) {}

  /** How many match, as far as they are counted. */
  async count(criteria: TransactionCriteria, signal?: AbortSignal): Promise<number> {
    const matches = await this.matches(criteria, signal);
    const counted = sql`(select from ${matches(recordsMax)} limit ${recordsMax}) as counted`;
    return countOf(this.database.orm(signal), counted);
  }

  async list(
    criteria: TransactionCriteria,
    page: { offset?: number; past?: Cursor | undefined; rowsMax: number },
    signal?: AbortSignal,
  ): Promise<FoundTransaction[]> {
    const { orgId } = criteria;
    const { offset = 0, past, rowsMax } = page;
    const matches = await this.matches(criteria, signal, past);
    const hits = sql`(select hit.id, hit.at from ${matches(offset + rowsMax)}
      order by hit.at desc, hit.id desc limit ${rowsMax} offset ${offset}) as hit`;
    const customerId = sql`coalesce(${o.fromCustomerId}, ${o.toCustomerId})`;
    const rows = await this.database
      .orm(signal)
      .select({
        operation: operationColumns,
        customer: customers,
        company: groupNameOf(orgId),
        at: sql`hit.at`.mapWith(o.createdAt),
      })
      .from(hits)
      .innerJoin(o, isOperation(orgId, sql`hit.id`))
      .innerJoin(customers, and(eq(customers.orgId, orgId), eq(customers.id, customerId)))
      .orderBy(sql`hit.at desc, hit.id desc`)
      .limit(rowsMax);
    return rows.map(({ operation, ...about }) => ({ transfer: movedBy(operation), ...about }));
  }

  private async matches(
    criteria: TransactionCriteria,
    signal: AbortSignal | undefined,
    past?: Cursor,
  ): Promise<Matches> {
    const { orgId, customerIds } = criteria;
    if (customerIds === undefined) return ofOrganization(criteria, past);
    const theirs = and(
      eq(accounts.orgId, orgId),
      sql`${accounts.customerId} = any(${array(customerIds, "uuid")})`,
    );
    const rows = await readSettled(
      { settler: this.settler, orgId, signal },
      async () => {
        const read = await selectAccounts(this.database.orm(signal), orgId).where(theirs).limit(accountsMax);
        return read.map(readAccount);
      },
      unsettled,
    );
    const accountIds = rows.map(({ id }) => id);
    return ofAccounts(criteria, accountIds, past);
  }
}

/** As many of the newest matches as may be needed, as a table `hit` of ids and times. */
type Matches = (rowsMax: number) => SQL;

function ofOrganization(criteria: TransactionCriteria, past?: Cursor): Matches {
  const isWanted = and(
    eq(o.orgId, criteria.orgId),
    isNotNull(o.toAccountId),
    within(o.createdAt, criteria),
    isOlder(o.createdAt, past),
    ofKind(criteria),
  );
  return (rowsMax) => sql`(select o.id, o.created_at as at from operations o where ${isWanted}
    order by ${desc(o.createdAt)}, ${desc(o.id)} limit ${rowsMax}) as hit`;
}

/** By the entries of accounts, each side an index range of the period. */
function ofAccounts(criteria: TransactionCriteria, accountIds: readonly string[], past?: Cursor): Matches {
  const theirs = (rowsMax: number) =>
    entries(
      "e",
      (name) => {
        const side = sides[name];
        return sql`${and(
          sql`${side.accountId} = wanted_account`,
          eq(o.orgId, criteria.orgId),
          // A customer that is paid by another one of the search is found where that pays.
          name === "to" ? isFromElsewhere(accountIds) : undefined,
          within(side.at, criteria),
          isOlder(side.at, past),
          ofKind(criteria),
        )}`;
      },
      sql`order by at desc, id desc limit ${rowsMax}`,
    );
  const wanted = table("w", accountIds, { wanted_account: ["uuid", (id) => id] });
  return (rowsMax) => sql`(select e.id, e.at from ${wanted} cross join lateral (
    select e.id, e.at from ${theirs(rowsMax)}) as e) as hit`;
}

/** Whether a row comes after a place: the newest come first. */
function isOlder(time: Column, past: Cursor | undefined): SQL | undefined {
  return past && isAt([time, o.id], "<", past);
}

function isFromElsewhere(accountIds: readonly string[]): SQL {
  return not(isAmong(o.fromAccountId, accountIds, "uuid"));
}

function ofKind({ currencies, kinds }: TransactionCriteria): SQL | undefined {
  return and(currencies && isAmong(o.currency, currencies, "text"), kinds && isAmong(o.kind, kinds, "text"));
}
