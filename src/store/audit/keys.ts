import { sql } from "drizzle-orm";
import { type DerivedFrom, derivedId, type HeaderKeyed, identityOf } from "../../domain/operation-id.ts";
import type { Orm } from "../driver/statements/orm.ts";
import type { Scope, Violation } from "./inspection.ts";

/** The one invariant that SQL cannot compute: PostgreSQL has no SHA-1. */
export const keyInvariant = "KEY_ID";
/** Rows that are in memory at a time. */
const rowsMax = 20_000;

type KeyedRow = {
  readonly orgId: string;
  readonly id: string;
  readonly key: string | null;
  readonly accountId: string;
  readonly payer: string | null;
  readonly payee: string | null;
  readonly holdId: string | null;
};

/**
 * Compares every id with the key that it is made of, or with what the service derived it from. So no key stands for two
 * operations, because no two have one id.
 */
export async function keyViolations(
  orm: Orm,
  scope: Scope,
  listedMax: number,
): Promise<{ listed: Violation[]; total: number }> {
  const listed: Violation[] = [];
  let total = 0;
  const version = sql`substr(o.id::text, 15, 1)`;
  await orm.execute(sql`declare keys no scroll cursor for
    select o.org_id as "orgId", o.id, o.key, o.from_account_id as "accountId", o.from_customer_id as payer,
      o.to_customer_id as payee, o.hold_id as "holdId"
    from operations o where ${scope("o")} and case when o.key is null then ${version} = '5' or ${version} = '8' and o.kind = 'capture'
      else o.key <> '' or ${version} not in ('4', '7') end`);
  for (;;) {
    const rows = await orm.execute<KeyedRow>(sql.raw(`fetch ${rowsMax} from keys`));
    for (const row of rows) {
      if (isMadeOfKey(row)) continue;
      total += 1;
      if (listed.length < listedMax) listed.push(violationOf(row));
    }
    if (rows.length < rowsMax) break;
  }
  await orm.execute(sql`close keys`);
  return { listed, total };
}

/** What the service may have derived the id of a row from, by the words that the derivation begins with. */
const derivations: Readonly<Record<DerivedFrom[0], (row: KeyedRow) => readonly DerivedFrom[]>> = {
  "apigee x credit": (row) => ofCustomers("apigee x credit", row),
  "apigee x adjustment": (row) => ofCustomers("apigee x adjustment", row),
  "apigee edge": (row) => ofOrganization("apigee edge", row),
  frontier: (row) => ofOrganization("frontier", row),
  "capture by expiry": ({ key, holdId }) =>
    key === null && holdId !== null ? [["capture by expiry", holdId]] : [],
};

function ofCustomers(
  from: "apigee x credit" | "apigee x adjustment",
  { key, payer, payee }: KeyedRow,
): DerivedFrom[] {
  return key === null
    ? []
    : [payer, payee].flatMap((id): DerivedFrom[] => (id === null ? [] : [[from, id, key]]));
}

function ofOrganization(from: HeaderKeyed, { key, orgId }: KeyedRow): DerivedFrom[] {
  return key === null ? [] : [[from, orgId, key]];
}

function isMadeOfKey(row: KeyedRow): boolean {
  const { orgId, id, key } = row;
  if (key !== null) {
    const identity = identityOf(orgId, key);
    if (identity.id === id && identity.key === key) return true;
  }
  return Object.values(derivations).some((fromOf) => fromOf(row).some((from) => derivedId(from) === id));
}

function violationOf({ orgId, id, key, accountId }: KeyedRow): Violation {
  const description =
    key === null
      ? "the id is made of no key that it has"
      : `the id is not made of the key ${JSON.stringify(key)}`;
  return { invariant: keyInvariant, orgId, accountId, transferId: id, description };
}
