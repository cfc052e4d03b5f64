/** Damage to the books of one organization. */
export interface Damage {
  /** Run with $1, the organization's id, and without triggers. */
  readonly statement: string;
  /** The invariants that are then broken, and no others. */
  readonly breaks: readonly string[];
}

/** A column's time moved on or back. In UTC, as what depends on a session's time zone is not computed on a node. */
export const shifted = (column: string, by: string) =>
  `(${column} at time zone 'UTC' + interval '${by}') at time zone 'UTC'`;

const nobody = "'00000000-0000-7000-8000-000000000000'";
/** The first operation of a kind, of `makeHistory`'s. */
const the = (kind: string, also = "true") =>
  `org_id = $1 and id = (select id from operations where org_id = $1 and kind = '${kind}' and ${also}
    order by created_at, amount desc limit 1)`;
const account = "org_id = $1 and id = (select account_id from holds where org_id = $1 limit 1)";
const activeHold = "org_id = $1 and state = 'active'";
/** The one that was made last, after a limit was set. */
const lastCharge = the("charge", "amount = 4");
const expiring = "org_id = $1 and expired <> '{}'";
/** The batch of the first operation of a kind. */
const batchOf = (kind: string) =>
  `org_id = $1 and operations @> array(select id from operations where ${the(kind)})`;

export const damages: Readonly<Record<string, Damage>> = {
  "an operation is gone": {
    statement: `delete from operations where ${the("refund")}`,
    breaks: ["ACCOUNT_SEQUENCE", "CHANGE_WITHOUT_OPERATION", "RETURN_SUM", "SEQUENCE_GAP", "VERSION_GAP"],
  },
  "the newest operation of an account is gone": {
    statement: `delete from operations where ${the("transfer")}`,
    breaks: [
      "ACCOUNT_SEQUENCE",
      "ACCOUNT_TOTALS",
      "ACCOUNT_VERSION",
      "CHANGE_WITHOUT_OPERATION",
      "SEQUENCE_GAP",
      "VERSION_GAP",
    ],
  },
  "an operation is there twice": {
    statement: `insert into operations select (jsonb_populate_record(o, jsonb_build_object('id', gen_random_uuid()))).*
      from operations o where ${the("adjustment")}`,
    breaks: ["ACCOUNT_SEQUENCE", "OPERATION_WITHOUT_CHANGE", "SEQUENCE_GAP", "VERSION_GAP"],
  },
  "an operation is on another account": {
    statement: `update operations set from_account_id = ${nobody} where ${the("adjustment", "from_customer_id is null")}`,
    breaks: ["ACCOUNT_SEQUENCE", "ENTRY_WITHOUT_ACCOUNT", "SEQUENCE_GAP", "VERSION_GAP"],
  },
  "an account is gone": {
    statement: "delete from accounts where org_id = $1 and counter = 'adjustments'",
    breaks: ["CURRENCY_UNBALANCED", "ENTRY_WITHOUT_ACCOUNT"],
  },
  "an account is gone on which nothing was booked": {
    statement: `delete from accounts where org_id = $1 and customer_id is not null and version = 0`,
    breaks: ["ENTRY_WITHOUT_ACCOUNT"],
  },
  "an operation that nothing refers to is another customer's": {
    statement: `update operations set from_customer_id = ${nobody} where ${lastCharge}`,
    breaks: ["ENTRY_OWNER"],
  },
  "an operation is another customer's": {
    statement: `update operations set from_customer_id = ${nobody} where ${the("charge")}`,
    breaks: ["ENTRY_OWNER", "RETURN_ELSEWHERE"],
  },
  "an operation's amount is another": {
    statement: `update operations set amount = amount + 0.000000001 where ${the("credit")}`,
    breaks: ["RUNNING_TOTALS"],
  },
  "an operation's currency is another": {
    statement: `update operations set currency = 'EUR' where ${the("credit")}`,
    breaks: ["ENTRY_CURRENCY", "RETURN_ELSEWHERE"],
  },
  "the currency of an operation that nothing refers to is another": {
    statement: `update operations set currency = 'EUR' where ${lastCharge}`,
    breaks: ["ENTRY_CURRENCY"],
  },
  "the record of who made a customer is gone": {
    statement: `delete from acts where org_id = $1 and id =
      (select id from acts where org_id = $1 and verb = 'customer.create' and actor = 'somebody' limit 1)`,
    breaks: ["ACT_MISSING"],
  },
  "an account's currency is another": {
    statement: "update accounts set currency = 'EUR' where org_id = $1 and counter = 'adjustments'",
    breaks: ["CURRENCY_UNBALANCED", "ENTRY_CURRENCY"],
  },
  "an operation's time is another": {
    statement: `update operations set created_at = ${shifted("created_at", "1 hour")} where ${the("charge")}`,
    breaks: ["ENTRY_TIME", "OPERATION_TIME"],
  },
  "a batch's time is another than that of what it did": {
    statement: `update changes set at = ${shifted("at", "-1 ms")} where ${batchOf("charge")}`,
    breaks: ["OPERATION_TIME"],
  },
  "an entry's time is another": {
    statement: `update operations set from_at = ${shifted("from_at", "-1 ms")} where ${the("charge")}`,
    breaks: ["ENTRY_TIME"],
  },
  "time runs backwards on an account": {
    statement: `update operations set to_at = ${shifted("to_at", "1 hour")} where ${the("transfer")}`,
    breaks: ["ACCOUNT_TIME", "ENTRY_TIME"],
  },
  "a version is another": {
    statement: `update operations set from_version = from_version + 1 where ${the("charge")}`,
    breaks: ["VERSION_GAP"],
  },
  "a sequence is that of a limit": {
    statement: `update operations set from_sequence = from_sequence - 1 where ${lastCharge}`,
    breaks: ["SEQUENCE_GAP"],
  },
  "a sequence is another": {
    statement: `update operations set from_sequence = from_sequence - 1000 where ${the("credit", "amount = 3")}`,
    breaks: [
      "ACCOUNT_TIME",
      "ACCOUNT_TOTALS",
      "ACCOUNT_VERSION",
      "CHANGE_ORDER",
      "ENTRY_TIME",
      "SEQUENCE_GAP",
      "VERSION_GAP",
    ],
  },
  "an operation's totals do not follow": {
    statement: `update operations set from_funded = from_funded + 1 where ${the("charge")}`,
    breaks: ["RUNNING_TOTALS"],
  },
  "a credit counts as a refund": {
    statement: `update operations set to_funded = to_funded - 100, to_spent = to_spent - 100 where ${the("credit")}`,
    breaks: ["RUNNING_TOTALS"],
  },
  "an account that never had a hold holds something": {
    statement: `update operations set to_held = 1 where ${the("transfer")}`,
    breaks: ["ENTRY_HELD"],
  },
  "an operation has other holds than there were": {
    statement: `update operations set from_held = from_held + 1 where ${the("extend")}`,
    breaks: ["HELD_TOTAL"],
  },
  "an account's version is another": {
    statement: `update accounts set version = version - 1 where ${account}`,
    breaks: ["ACCOUNT_VERSION"],
  },
  "an account's sequence is another": {
    statement: `update accounts set sequence = sequence + 1 where ${account}`,
    breaks: ["ACCOUNT_SEQUENCE"],
  },
  "an account's totals are others, with the same balance": {
    statement: `update accounts set funded = funded + 1, spent = spent + 1 where ${account}`,
    breaks: ["ACCOUNT_TOTALS"],
  },
  "an account's balance is another": {
    statement: `update accounts set withdrawn = withdrawn + 1 where ${account}`,
    breaks: ["ACCOUNT_TOTALS", "CURRENCY_UNBALANCED"],
  },
  "an account's time is another": {
    statement: `update accounts set updated_at = ${shifted("updated_at", "1 s")} where ${account}`,
    breaks: ["ACCOUNT_TIME"],
  },
  "an account holds more than its holds": {
    statement: `update accounts set held = held + 1 where ${account}`,
    breaks: ["ACCOUNT_HELD"],
  },
  "an account knows of no hold to expire": {
    statement: `update accounts set due_at = null where ${account}`,
    breaks: ["ACCOUNT_DUE"],
  },
  "an account has its holds expire too late": {
    statement: `update accounts set due_at = ${shifted("due_at", "1 day")} where ${account}`,
    breaks: ["ACCOUNT_DUE"],
  },
  "a refund is of an operation that is not there": {
    statement: `update operations set refers_to = ${nobody} where ${the("refund", "amount = 0.5")}`,
    breaks: ["RETURN_REFERENCE", "RETURN_SUM"],
  },
  "a refund is of a credit": {
    statement: `update operations set refers_to = (select id from operations where ${the("credit")})
      where ${the("refund", "amount = 0.5")}`,
    breaks: ["RETURN_ELSEWHERE", "RETURN_REFERENCE"],
  },
  "a reversal is of an operation that is not there": {
    statement: `update operations set refers_to = ${nobody} where ${the("reversal")}`,
    breaks: ["RETURN_REFERENCE"],
  },
  "a reversal is of a credit from elsewhere": {
    statement: `update operations set refers_to = (select id from operations where ${the("credit", "amount = 20")})
      where ${the("reversal")}`,
    breaks: ["RETURN_ELSEWHERE"],
  },
  "a reversal is of a credit that was smaller": {
    statement: `update operations set refers_to = (select id from operations where ${the("credit", "amount = 3")})
      where ${the("reversal")}`,
    breaks: ["RETURN_EXCESS"],
  },
  "a reversal is of a transfer": {
    statement: `update operations set refers_to = (select id from operations where ${the("transfer")})
      where ${the("reversal")}`,
    breaks: ["RETURN_ELSEWHERE", "RETURN_EXCESS", "RETURN_REFERENCE"],
  },
  "what was given back is not the sum": {
    statement: `update operations set returned = returned + 1 where ${the("refund", "amount = 0.5")}`,
    breaks: ["RETURN_SUM"],
  },
  "more was given back than was charged": {
    statement: `update operations set returned = 31 where ${the("refund", "amount = 0.5")}`,
    breaks: ["RETURN_EXCESS", "RETURN_SUM"],
  },
  "a hold is gone": {
    statement: `delete from holds where ${activeHold}`,
    breaks: ["ACCOUNT_HELD", "HOLD_MISSING"],
  },
  "a hold is gone that is over": {
    statement: "delete from holds where org_id = $1 and state = 'released'",
    breaks: ["HOLD_MISSING"],
  },
  "nobody made a hold": {
    statement: `insert into holds select (jsonb_populate_record(h, jsonb_build_object('id', gen_random_uuid()))).*
      from holds h where org_id = $1 and state = 'released'`,
    breaks: ["HOLD_WITHOUT_OPERATION"],
  },
  "a capture is of another hold": {
    statement: `update operations set hold_id = (select id from holds where org_id = $1 and state = 'released')
      where ${the("capture", "amount = 5")}`,
    breaks: ["HOLD_STEP"],
  },
  "a release leaves another sum": {
    statement: `update operations set hold_captured = 1 where ${the("release")}`,
    breaks: ["HOLD_STATE", "HOLD_STEP"],
  },
  "a hold is another customer's": {
    statement: `update holds set customer_id = ${nobody} where ${activeHold}`,
    breaks: ["HOLD_ACCOUNT"],
  },
  "a hold's amount is another": {
    statement: `update holds set amount = amount + 1 where ${activeHold}`,
    breaks: ["HOLD_ORIGIN"],
  },
  "a hold is to be captured on its expiry": {
    statement: `update holds set on_expiry = 'capture' where ${activeHold}`,
    breaks: ["HOLD_ORIGIN"],
  },
  "a hold has captured more than its captures": {
    statement: `update holds set captured = captured + 1 where ${activeHold}`,
    breaks: ["HOLD_STATE"],
  },
  "a hold is active again": {
    statement: "update holds set state = 'active', remaining = 3 where org_id = $1 and state = 'released'",
    breaks: ["ACCOUNT_HELD", "HOLD_STATE"],
  },
  "a hold lasts longer than anyone said": {
    statement: `update holds set expires_at = ${shifted("expires_at", "1 day")} where ${activeHold}`,
    breaks: ["HOLD_STATE"],
  },
  "nobody noted an expiry": {
    statement: `update changes set expired = '{}' where ${expiring}`,
    breaks: ["ACCOUNT_SEQUENCE", "ENTRY_HELD", "HOLD_EXPIRY", "SEQUENCE_GAP"],
  },
  "the expiry of another hold was noted": {
    statement: `update changes set expired = array(select id from holds where org_id = $1 and state = 'released')
      where ${expiring}`,
    breaks: ["HOLD_EXPIRY"],
  },
  "an expiry was noted twice": {
    statement: `update changes set expired = expired || expired where ${expiring}`,
    breaks: ["ACCOUNT_SEQUENCE", "HOLD_EXPIRY", "SEQUENCE_GAP"],
  },
  "a batch names a hold that is not there": {
    statement: `update changes set expired = expired || ${nobody}::uuid where ${expiring}`,
    breaks: ["CHANGE_OF_NOTHING"],
  },
  "nobody set a limit": {
    statement: "update changes set limited = '{}' where org_id = $1 and limited <> '{}'",
    breaks: ["ACCOUNT_SEQUENCE", "SEQUENCE_GAP"],
  },
  "a batch names an operation that is not there": {
    statement: `update changes set operations = operations || ${nobody}::uuid where ${batchOf("charge")}`,
    breaks: ["CHANGE_WITHOUT_OPERATION"],
  },
  "a batch is gone": {
    statement: `delete from changes where ${batchOf("transfer")}`,
    breaks: ["OPERATION_WITHOUT_CHANGE"],
  },
  "a batch did its operations in another order": {
    statement: `update changes set operations = array[operations[2], operations[1]]
      where org_id = $1 and cardinality(operations) = 2`,
    breaks: ["CHANGE_ORDER"],
  },
  "two batches that have nothing in common have one place": {
    statement: `update changes set position = (select max(position) from changes
        where org_id = $1 and operations <> '{}')
      where position = (select max(position) from changes where org_id = $1)`,
    breaks: ["CHANGE_POSITION"],
  },
  "two batches have one place": {
    statement: `update changes set position = (select position from changes where ${batchOf("credit")})
      where ${batchOf("charge")}`,
    breaks: ["CHANGE_ORDER", "CHANGE_POSITION"],
  },
  "a batch is in another place": {
    statement: `update changes set position = position + 1000000 where ${batchOf("charge")}`,
    breaks: ["CHANGE_ORDER", "SEQUENCE_GAP"],
  },
  "a batch has the number of a transaction that is yet to come": {
    statement: `update changes set xid = '1000000000000' where ${batchOf("charge")}`,
    breaks: ["CHANGE_TRANSACTION"],
  },
  "a key is another": {
    statement: `update operations set key = 'second' where ${the("credit")}`,
    breaks: ["KEY_ID"],
  },
};

/** Rules that are never the only one to name a damage, each with those of which one names it, too. */
export const covered: Readonly<Record<string, { readonly by: readonly string[]; readonly because: string }>> =
  {
    CURRENCY_UNBALANCED: {
      by: ["ACCOUNT_TOTALS", "ENTRY_CURRENCY", "ENTRY_WITHOUT_ACCOUNT"],
      because:
        "it follows from them: both sides of an operation move by its amount. It is what one asks first, whether money is missing",
    },
  };
