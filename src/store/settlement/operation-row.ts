import { type Column, getTableColumns } from "drizzle-orm";
import type { AccountAfter, AccountOwner } from "../../domain/account.ts";
import type { Metadata } from "../../domain/operation.ts";
import type { Recorded, Side } from "../../domain/recorded.ts";
import { type Cells, rowType } from "../driver/statements/rows.ts";
import { operations } from "../schema.ts";

/** The columns that differ between the operations of a batch. The organization and the time are the same for all. */
const { orgId, createdAt, ...columns } = getTableColumns(operations);

export const operationRow = rowType("written_operation", columns, (of: Recorded, cells) => {
  cells.add(of.id);
  addCells(of, cells, addIds, null);
});

/** Of accounts, by their ids. */
type Numbers = ReadonlyMap<string, number>;

/** An operation without its id, and with numbers in place of account ids: parsing an id takes PostgreSQL long. */
export const numberedOperationRow = rowType(
  "numbered_operation",
  Object.fromEntries(Object.entries(columns).flatMap(numbered)),
  (of: Recorded, cells, numbers: Numbers) => addCells(of, cells, addNumber, numbers),
);

function numbered([name, column]: [string, Column]): [string, Column | "integer"][] {
  if (name === "id" || name.endsWith("CustomerId")) return [];
  return name.endsWith("AccountId") ? [[name.replace("Id", ""), "integer"]] : [[name, column]];
}

/** Adds the cell that identifies an account. */
type AddAccount<G> = (account: AccountAfter | undefined, cells: Cells, given: G) => void;

const addIds: AddAccount<null> = (account, cells) => {
  cells.add(account?.id);
  cells.add(account && customerOf(account.owner));
};

const addNumber: AddAccount<Numbers> = (account, cells, numbers) => {
  const number = account && numbers.get(account.id);
  if (account !== undefined && number === undefined) throw new Error(`account ${account.id} is not written`);
  cells.add(number);
};

function addCells<G>(of: Recorded, cells: Cells, addAccount: AddAccount<G>, given: G): void {
  const { from, to, hold } = of;
  cells.add(of.key);
  cells.add(of.kind);
  cells.add(of.amount.toString());
  cells.add(of.currency);
  cells.add(of.source);
  cells.add(of.description);
  cells.add(of.userId);
  cells.add(jsonText(of.metadata));
  cells.add(of.asked && JSON.stringify(of.asked));
  cells.add(of.refersTo);
  cells.add(of.returned?.toString());
  addAccount(from.account, cells, given);
  cells.add(counterOf(from.account.owner));
  cells.add(from.account.version);
  cells.add(from.account.sequence);
  cells.add(ownTime(from, of));
  cells.add(from.account.funded.toString());
  cells.add(from.account.spent.toString());
  cells.add(ofCustomer(from, "withdrawn"));
  cells.add(ofCustomer(from, "held"));
  cells.add(ofCustomer(from, "minimumBalance"));
  addAccount(to?.account, cells, given);
  cells.add(to && counterOf(to.account.owner));
  cells.add(to?.account.version);
  cells.add(to?.account.sequence);
  cells.add(to && ownTime(to, of));
  cells.add(to?.account.funded.toString());
  cells.add(to?.account.spent.toString());
  cells.add(to && ofCustomer(to, "withdrawn"));
  cells.add(to && ofCustomer(to, "held"));
  cells.add(to && ofCustomer(to, "minimumBalance"));
  cells.add(hold?.holdId);
  cells.add(hold?.heldChange.toString());
  cells.add(hold?.captured.toString());
  cells.add(hold?.remaining.toString());
  cells.add(hold?.state);
  cells.add(hold?.expiresAt);
  cells.add(of.createdBy);
}

/** Mostly there is none, which takes no time. */
function jsonText(metadata: Metadata): string {
  for (const _ in metadata) return JSON.stringify(metadata);
  return "{}";
}

function customerOf(owner: AccountOwner): string | null {
  return "customerId" in owner ? owner.customerId : null;
}

function counterOf(owner: AccountOwner): string | null {
  return "counter" in owner ? owner.counter : null;
}

/** The time of a side; null where it is the batch's, as nearly always: parsing a time takes PostgreSQL long. */
function ownTime({ at }: Side, { createdAt }: Recorded): Date | null {
  return at.getTime() === createdAt.getTime() ? null : at;
}

/** The figures that only the side of a customer has. */
function ofCustomer({ account }: Side, figure: "withdrawn" | "held" | "minimumBalance"): string | null {
  return "customerId" in account.owner ? (account[figure]?.toString() ?? null) : null;
}
