import { type SQL, sql } from "drizzle-orm";
import { emailKey, normalForm } from "../../domain/text.ts";
import { type Columns, columnNames, table } from "../driver/statements/arrays.ts";
import type { Orm } from "../driver/statements/orm.ts";
import { tableColumns } from "../driver/statements/table-columns.ts";
import { customers } from "../schema.ts";
import type { Customer } from "./customer-row.ts";
import { keepEmails } from "./customer-write.ts";

/** A billing account that comes from elsewhere with its id and its times. */
export interface ImportedCustomer
  extends Pick<
    Customer,
    "id" | "name" | "email" | "phone" | "address" | "taxData" | "invoiceCurrency" | "state"
  > {
  readonly dueInDays: string;
  /** A JSON object as text. */
  readonly metadata: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
}

const keyColumns: Columns<ImportedCustomer> = tableColumns(customers, { id: ({ id }) => id });
const otherColumns: Columns<ImportedCustomer> = tableColumns(customers, {
  name: ({ name }) => name,
  email: ({ email }) => normalForm(email),
  emailKey: ({ email }) => emailKey(email),
  phone: ({ phone }) => phone,
  address: ({ address }) => (address === null ? null : JSON.stringify(address)),
  taxData: ({ taxData }) => JSON.stringify(taxData),
  invoiceCurrency: ({ invoiceCurrency }) => invoiceCurrency,
  state: ({ state }) => state,
  dueInDays: ({ dueInDays }) => dueInDays,
  metadata: ({ metadata }) => metadata,
  createdAt: ({ createdAt }) => createdAt,
  updatedAt: ({ updatedAt }) => updatedAt,
  deletedAt: ({ deletedAt }) => deletedAt,
});
const columns = { ...keyColumns, ...otherColumns };

/** Inserts or replaces billing accounts, in a transaction, as many as fit a statement. */
export async function putImportedCustomers(
  orm: Orm,
  orgId: string,
  imported: readonly ImportedCustomer[],
): Promise<void> {
  const { count } = await orm.execute(upsert(orgId, imported));
  if (count !== imported.length) throw new Error(`${count} of ${imported.length} customers were written`);
  const written = imported.map(({ id, email }) => ({ orgId, id, emailKey: emailKey(email) }));
  await keepEmails(orm, written);
}

/**
 * There may be no row yet to insert them beside (see settlement/home.ts), so the coordinator of a distributed database copies
 * them: of the changes in the same transaction none may have operations, for which somebody follows them. What goes wrong on
 * the node keeps its code all the same: because of the ON CONFLICT it is an INSERT there, and no COPY.
 */
function upsert(orgId: string, imported: readonly ImportedCustomer[]): SQL {
  const replaced = Object.keys(otherColumns).map((name) => `${name} = excluded.${name}`);
  return sql`
    insert into customers (org_id, is_billing_account, ${columnNames(columns)})
    select ${orgId}::uuid, true, ${columnNames(columns)} from ${table("r", imported, columns)}
    on conflict (org_id, id) do update set ${sql.raw(replaced.join(", "))}`;
}
