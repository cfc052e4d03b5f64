import { withSql } from "../support/sql.ts";

/** Damage to the books of one organization. */
export interface Damage {
  /** Run with $1, the organization's id, and without triggers and foreign keys. */
  readonly statement: string;
  /** The invariants that are then broken, and no others. */
  readonly breaks: readonly string[];
}

const nobody = "'00000000-0000-7000-8000-000000000000'";
const of = (kind: string) => `org_id = $1 and kind = '${kind}'`;
const theTransfer = (kind: string) =>
  `(select id from transfers where ${of(kind)} order by created_at, amount desc limit 1)`;
const theAccount = "(select account_id from holds where org_id = $1 limit 1)";
const entriesOf = (kind: string) => `org_id = $1 and transfer_id = ${theTransfer(kind)}`;
const customersEntryOf = (kind: string) => `${entriesOf(kind)} and account_id = ${theAccount}`;
const account = `org_id = $1 and id = ${theAccount}`;
const activeHold = "org_id = $1 and state = 'active'";

export const damages: Readonly<Record<string, Damage>> = {
  "an entry is gone": {
    statement: `delete from entries where ${customersEntryOf("refund")}`,
    breaks: ["ENTRY_MISSING", "VERSION_GAP", "CURRENCY_UNBALANCED", "ACCOUNT_VERSION", "ACCOUNT_TOTALS"],
  },
  "the newest entry of an account is gone": {
    statement: `delete from entries where ${entriesOf("transfer")} and amount > 0`,
    breaks: ["ENTRY_MISSING", "CURRENCY_UNBALANCED", "ACCOUNT_VERSION", "ACCOUNT_TOTALS"],
  },
  "a transfer is gone": {
    statement: `delete from transfers where org_id = $1 and id = ${theTransfer("transfer")}`,
    breaks: ["ENTRY_WITHOUT_TRANSFER"],
  },
  "an account is gone": {
    statement: "delete from accounts where org_id = $1 and role = 'adjustments'",
    breaks: ["ENTRY_WITHOUT_ACCOUNT", "CURRENCY_UNBALANCED"],
  },
  "a transfer has a third entry": {
    statement: `insert into entries select org_id, account_id, version + 1, transfer_id, amount, funded + amount, spent,
      held, minimum_balance, created_at from entries where ${entriesOf("transfer")} and amount > 0`,
    breaks: ["ENTRY_NOT_NAMED", "CURRENCY_UNBALANCED", "ACCOUNT_VERSION", "ACCOUNT_TOTALS"],
  },
  "an entry bears another transfer's id": {
    statement: `update entries set transfer_id = ${theTransfer("credit")} where ${customersEntryOf("charge")}`,
    breaks: ["ENTRY_MISSING", "ENTRY_NOT_NAMED"],
  },
  "an entry's amount is another": {
    statement: `update entries set amount = amount + 0.000000001 where ${customersEntryOf("charge")}`,
    breaks: ["ENTRY_AMOUNT", "RUNNING_TOTALS", "CURRENCY_UNBALANCED", "ACCOUNT_TOTALS"],
  },
  "both sides of a transfer are turned round": {
    statement: `update entries set amount = -amount where ${entriesOf("charge")}`,
    breaks: ["ENTRY_AMOUNT", "RUNNING_TOTALS", "ACCOUNT_TOTALS"],
  },
  "a transfer's amount is another": {
    statement: `update transfers set amount = amount + 1 where org_id = $1 and id = ${theTransfer("credit")}`,
    breaks: ["ENTRY_AMOUNT"],
  },
  "a transfer's currency is another": {
    statement: `update transfers set currency = 'EUR' where org_id = $1 and id = ${theTransfer("credit")}`,
    breaks: ["ENTRY_CURRENCY"],
  },
  "an account's currency is another": {
    statement: "update accounts set currency = 'EUR' where org_id = $1 and role = 'adjustments'",
    breaks: ["ENTRY_CURRENCY", "CURRENCY_UNBALANCED"],
  },
  "time runs backwards": {
    statement: `with t as (
        update transfers set created_at = created_at + interval '1 hour'
        where org_id = $1 and id = ${theTransfer("credit")} returning id
      ) update entries set created_at = created_at + interval '1 hour'
      where org_id = $1 and transfer_id in (select id from t)`,
    breaks: ["ENTRY_TIME", "ACCOUNT_TIME"],
  },
  "an entry's time is not its transfer's": {
    statement: `update entries set created_at = created_at + interval '1 ms' where ${entriesOf("transfer")} and amount > 0`,
    breaks: ["ENTRY_TIME", "ACCOUNT_TIME"],
  },
  "an entry's totals do not follow": {
    statement: `update entries set funded = funded + 1 where ${customersEntryOf("charge")}`,
    breaks: ["RUNNING_TOTALS"],
  },
  "a credit counts as a refund": {
    statement: `update entries set funded = funded - 100, spent = spent - 100 where ${customersEntryOf("credit")}`,
    breaks: ["RUNNING_TOTALS"],
  },
  "an account's version is another": {
    statement: `update accounts set version = version + 1 where ${account}`,
    breaks: ["ACCOUNT_VERSION"],
  },
  "an account's totals are others, with the same balance": {
    statement: `update accounts set funded = funded + 1, spent = spent + 1 where ${account}`,
    breaks: ["ACCOUNT_TOTALS"],
  },
  "an account's time is another": {
    statement: `update accounts set updated_at = updated_at + interval '1 s' where ${account}`,
    breaks: ["ACCOUNT_TIME"],
  },
  "an account holds more than its holds": {
    statement: `update accounts set held = held + 1 where ${account}`,
    breaks: ["ACCOUNT_HELD"],
  },
  "an account knows of no hold to expire": {
    statement: `update accounts set holds_expire_at = null where ${account}`,
    breaks: ["ACCOUNT_HOLD_EXPIRY"],
  },
  "an account has its holds expire too late": {
    statement: `update accounts set holds_expire_at = holds_expire_at + interval '1 day' where ${account}`,
    breaks: ["ACCOUNT_HOLD_EXPIRY"],
  },
  "a credit is called a charge": {
    statement: `update transfers set kind = 'charge' where org_id = $1 and id = ${theTransfer("credit")}`,
    breaks: ["TRANSFER_SIDES"],
  },
  "a refund is of nothing": {
    statement: `update transfers set refund_of = null where org_id = $1 and id = ${theTransfer("refund")}`,
    breaks: ["REFUND_REFERENCE"],
  },
  "a refund is of a transfer that is not there": {
    statement: `update transfers set refund_of = ${nobody} where org_id = $1 and id = ${theTransfer("refund")}`,
    breaks: ["REFUND_REFERENCE"],
  },
  "a refund is of a credit": {
    statement: `update transfers set refund_of = ${theTransfer("credit")}
      where org_id = $1 and id = ${theTransfer("refund")}`,
    breaks: ["REFUND_REFERENCE", "REFUND_ELSEWHERE"],
  },
  "refunds come to more than the charge": {
    statement: `update transfers set refund_of = ${theTransfer("capture")} where ${of("refund")}`,
    breaks: ["REFUND_EXCESS"],
  },
  "a capture is of no hold": {
    statement: `update transfers set hold_id = null where org_id = $1 and id = ${theTransfer("capture")}`,
    breaks: ["CAPTURE_REFERENCE", "HOLD_CAPTURED", "HOLD_EVENT_TRANSFER"],
  },
  "a capture has no event": {
    statement: `delete from hold_events where org_id = $1 and id = ${theTransfer("capture")}`,
    breaks: ["CAPTURE_REFERENCE", "HOLD_EVENTS"],
  },
  "a hold is gone": {
    statement: `delete from holds where ${activeHold}`,
    breaks: ["CAPTURE_REFERENCE", "ACCOUNT_HELD", "HOLD_EVENT_WITHOUT_HOLD"],
  },
  "a hold is on another customer's account": {
    statement: `update holds set customer_id = ${nobody} where ${activeHold}`,
    breaks: ["HOLD_ACCOUNT"],
  },
  "a hold has captured more than its captures": {
    statement: `update holds set captured = captured + 1 where ${activeHold}`,
    breaks: ["HOLD_CAPTURED", "HOLD_EVENTS"],
  },
  "a hold is active again": {
    statement: "update holds set state = 'active', remaining = 3 where org_id = $1 and state = 'released'",
    breaks: ["ACCOUNT_HELD", "HOLD_EVENTS"],
  },
  "a hold lasts longer than anyone said": {
    statement: `update holds set expires_at = expires_at + interval '1 day' where ${activeHold}`,
    breaks: ["HOLD_EVENTS"],
  },
  "a hold's event tells other totals": {
    statement: `update hold_events set spent = spent + 1 where org_id = $1 and posted_change = -5`,
    breaks: ["HOLD_EVENT_TOTALS"],
  },
  "a hold's event tells another change": {
    statement: `update hold_events set posted_change = -4 where org_id = $1 and posted_change = -5`,
    breaks: ["HOLD_EVENT_TRANSFER"],
  },
  "a key stands for two transfers": {
    statement: "update transfers set key = 'first' where org_id = $1 and key = 'second'",
    breaks: ["KEY_REPEATED"],
  },
  "a key stands for a transfer and a hold": {
    statement: "update transfers set key = 'held' where org_id = $1 and key = 'second'",
    breaks: ["KEY_REPEATED"],
  },
};

/** Does damage to an organization without triggers and foreign keys, as one who knows where the files are. */
export function plant(databaseUrl: string, { statement, orgId }: { statement: string; orgId: string }) {
  return withSql(databaseUrl, async (sql) => {
    await sql`set session_replication_role = replica`;
    const { count } = await sql.unsafe(statement, [orgId]);
    if (count === 0) throw new Error(`no row was damaged by: ${statement}`);
  });
}
