import { sql } from "drizzle-orm";
import type { CustomerState } from "../../domain/account.ts";
import { Amount } from "../../domain/amount.ts";
import { type CurrencyBook, type CurrencyTerms, usableMax } from "../../domain/currency.ts";
import { arrayText, uuidsText } from "../driver/statements/arrays.ts";
import { keys } from "../driver/statements/keys.ts";
import { statement } from "../driver/statements/statement.ts";
import type { Transaction } from "../driver/transactions/lane.ts";

/** The ids and codes for which the surroundings are loaded. */
export interface Asked {
  /** Of its operations. */
  readonly ids: readonly string[];
  /** Of its currencies. */
  readonly codes: readonly string[];
  /** Of its customers that have an account. */
  readonly customerIds: readonly string[];
}

/** What of a customer decides about its accounts. */
export interface CustomerTerms {
  readonly state: CustomerState;
  readonly isPostpaid: boolean;
}

/** The terms of a currency that apply to accounts without terms of their own. */
export interface AccountTerms {
  readonly creditLimit: string | null;
  readonly captureOverdraft: string | null;
}

/** What decides about a batch besides its accounts. */
export interface Surroundings {
  /** Ids of the operations of the batch that were done already. */
  readonly known: readonly string[];
  readonly currencies: CurrencyBook;
  readonly accountTerms: ReadonlyMap<string, AccountTerms>;
  /** Only the customers that are not active or not prepaid; most are both. */
  readonly customers: ReadonlyMap<string, CustomerTerms>;
}

const org = sql`${sql.placeholder("org")}::uuid`;

/** One statement for all: for so few rows the cost of a statement by itself is most of the cost. */
const read = statement<"org" | "ids" | "codes" | "customers">(sql`
  select 'operation' as what, w.id::text as name, null as state, null as places, null::numeric as "minimumTopUp",
    null::numeric as "creditLimit", null::numeric as "captureOverdraft"
  from ${keys(sql.placeholder("ids"))}
  cross join lateral (select from operations o where o.org_id = ${org} and o.id = w.id limit 1) as known
  union all
  select 'currency', code, status, places::text, minimum_top_up, credit_limit, capture_overdraft
  from currencies where org_id = ${org} and code = any(${sql.placeholder("codes")}::text[])
  union all
  (select 'any currency', code, status, null, null::numeric, null::numeric, null::numeric
  from currencies where org_id = ${org} limit 1)
  union all
  (select 'usable currency', code, status, null, null::numeric, null::numeric, null::numeric
  from currencies where org_id = ${org} and status = 'active' order by code limit ${sql.raw(String(usableMax))})
  union all
  select special.billing_type, w.id::text, special.state, null, null, null, null
  from ${keys(sql.placeholder("customers"))}
  cross join lateral (
    select billing_type, case when deleted_at is null then state else 'deleted' end as state
    from customers c where c.org_id = ${org} and c.id = w.id
      and (deleted_at is not null or state <> 'active' or billing_type <> 'prepaid') limit 1) as special`);

type Row =
  | { readonly what: "operation"; readonly name: string }
  | { readonly what: "any currency" | "usable currency"; readonly name: string }
  | ({
      readonly what: "currency";
      readonly name: string;
      readonly state: "active" | "inactive";
      readonly places: string;
      readonly minimumTopUp: string;
    } & AccountTerms)
  | { readonly what: "prepaid" | "postpaid"; readonly name: string; readonly state: CustomerState };

/**
 * Loads the surroundings of a batch. It must be sent after the accounts are locked, so that it sees everything that was committed
 * before, and after `momentOf`, which keeps currencies from changing. Customers change only under the locks of their accounts.
 */
export async function surroundingsOf(
  transaction: Transaction,
  orgId: string,
  { ids, codes, customerIds }: Asked,
): Promise<Surroundings> {
  const rows = await transaction.rows<Row>(
    read({
      org: orgId,
      ids: uuidsText(ids),
      codes: arrayText(codes, "text"),
      customers: uuidsText(customerIds),
    }),
  );
  let hasAny = false;
  const [known, usable]: [string[], string[]] = [[], []];
  const configured = new Map<string, CurrencyTerms>();
  const accountTerms = new Map<string, AccountTerms>();
  const customers = new Map<string, CustomerTerms>();
  for (const row of rows) {
    switch (row.what) {
      case "operation":
        known.push(row.name);
        break;
      case "any currency":
        hasAny = true;
        break;
      case "usable currency":
        usable.push(row.name);
        break;
      case "currency":
        configured.set(row.name, termsOf(row));
        accountTerms.set(row.name, row);
        break;
      default:
        customers.set(row.name, { state: row.state, isPostpaid: row.what === "postpaid" });
    }
  }
  return { known, currencies: { hasAny, usable, configured }, accountTerms, customers };
}

function termsOf(row: { readonly state: string; readonly places: string; readonly minimumTopUp: string }) {
  return {
    places: Number.parseInt(row.places, 10),
    isActive: row.state === "active",
    minimumTopUp: Amount.of(row.minimumTopUp),
  };
}
