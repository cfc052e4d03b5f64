import { and, count, desc, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { Transfer, TransferKind } from "../domain/perform/transfer.ts";
import { array } from "./arrays.ts";
import type { Customer } from "./customers/customers.ts";
import type { Database } from "./driver/database.ts";
import { transferOf } from "./journal/known.ts";
import { accounts, customers, entries, transfers } from "./schema.ts";
import { within } from "./transfer-filter.ts";
import { fromAccount, isFromAccount, isToAccount, toAccount } from "./transfer-sides.ts";

/** Which transfers to answer; what is set must all hold. */
export interface TransactionCriteria {
  readonly orgId: string;
  readonly customerIds?: readonly string[] | undefined;
  readonly currencies?: readonly string[] | undefined;
  readonly kinds?: readonly TransferKind[] | undefined;
  /** Inclusive. */
  readonly from?: Date | undefined;
  /** Exclusive. */
  readonly to?: Date | undefined;
}

/** A transfer with the customer that it is about: the payer where both sides are customers. */
export interface Transaction {
  readonly transfer: Transfer;
  readonly customer: Customer;
}

/** Matches are counted so far, and pages go no further. */
export const recordsMax = 100_000;

/** Finds transfers by what Apigee Edge asks for, by numbered pages, newest first. */
export class TransactionSearch {
  constructor(private readonly database: Database) {}

  /** A page, and how many match in all, as far as they are counted. */
  async find(
    criteria: TransactionCriteria,
    page: { offset: number; rowsMax: number },
    signal?: AbortSignal,
  ): Promise<{ transactions: readonly Transaction[]; total: number }> {
    const orm = this.database.orm(signal);
    const matches = conditionOf(criteria);
    const [rows, [counted]] = await Promise.all([
      orm
        .select({ transfer: transfers, fromAccount, toAccount, customer: customers })
        .from(transfers)
        .innerJoin(fromAccount, isFromAccount)
        .innerJoin(toAccount, isToAccount)
        .innerJoin(
          customers,
          and(
            eq(customers.orgId, transfers.orgId),
            eq(customers.id, sql`coalesce(${fromAccount.customerId}, ${toAccount.customerId})`),
          ),
        )
        .where(matches)
        .orderBy(desc(transfers.createdAt), desc(transfers.id))
        .limit(page.rowsMax)
        .offset(page.offset),
      orm
        .select({ rows: count() })
        .from(
          orm.select({ id: transfers.id }).from(transfers).where(matches).limit(recordsMax).as("matching"),
        ),
    ]);
    const transactions = rows.map(({ transfer, customer, ...sides }) => ({
      transfer: transferOf(transfer, sides.fromAccount, sides.toAccount),
      customer,
    }));
    return { transactions, total: counted?.rows ?? 0 };
  }
}

function conditionOf(criteria: TransactionCriteria): SQL | undefined {
  const { orgId, customerIds, currencies, kinds } = criteria;
  return and(
    eq(transfers.orgId, orgId),
    currencies && inArray(transfers.currency, [...currencies]),
    kinds && inArray(transfers.kind, [...kinds]),
    within(transfers.createdAt, criteria),
    customerIds && sql`${transfers.id} in (${transfersOf(criteria, customerIds)})`,
  );
}

/** By the entries of their accounts, each an index range of the period. */
function transfersOf(criteria: TransactionCriteria, customerIds: readonly string[]): SQL {
  const isTheirs = and(
    eq(accounts.orgId, criteria.orgId),
    sql`${accounts.customerId} = any(${array(customerIds, "uuid")})`,
    within(entries.createdAt, criteria),
  );
  return sql`select ${entries.transferId} from ${accounts}
    join ${entries} on ${entries.orgId} = ${accounts.orgId} and ${entries.accountId} = ${accounts.id}
    where ${isTheirs}`;
}
