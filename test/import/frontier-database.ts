import { randomUUID } from "node:crypto";
import type { Sql } from "postgres";
import { createDatabase, type TestDatabase } from "../support/database.ts";

/** Frontier's own account, the other side of every change of credits. */
export const platformAccount = "00000000-0000-0000-0000-000000000000";

/** A database with Frontier's tables, and nothing in them. */
export function createFrontier(): Promise<TestDatabase> {
  return createDatabase("frontier");
}

type Row = Readonly<Record<string, unknown>>;

/** Adds an organization, and answers its id. */
export async function addOrganization(sql: Sql, row: Row): Promise<string> {
  const id = randomUUID();
  await sql`insert into organizations ${sql({ id, ...row })}`;
  return id;
}

/** Adds a billing account, and answers its id. */
export async function addAccount(sql: Sql, orgId: string, row: Row = {}): Promise<string> {
  const id = randomUUID();
  const email = `${id}@example.com`;
  await sql`insert into billing_customers ${sql({ id, org_id: orgId, name: "Account", email, ...row })}`;
  return id;
}

/** Books a change of credits as Frontier does, on both sides, and answers the id of the customer's. */
export async function addTransaction(
  sql: Sql,
  row: { account_id: string; type: "credit" | "debit"; amount: number | string } & Row,
): Promise<string> {
  const id = randomUUID();
  const side = { source: "system", description: "", user_id: "", ...row };
  const type = row.type === "credit" ? "debit" : "credit";
  const platforms = { ...side, id: randomUUID(), account_id: platformAccount, type };
  await sql`insert into billing_transactions ${sql({ id, ...side })}`;
  await sql`insert into billing_transactions ${sql(platforms)}`;
  return id;
}
