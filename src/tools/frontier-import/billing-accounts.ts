import { Amount } from "../../domain/amount.ts";
import { emailKey, invisibleIn, isEmail } from "../../domain/text.ts";
import type { PostalAddress, TaxId } from "../../store/schema.ts";
import type { FrontierAccount } from "./reading/rows.ts";
import type { Remark } from "./report.ts";
import type { AccountFacts, ImportedAccount } from "./writing/billing-accounts.ts";

/** What becomes of billing accounts. */
export interface AccountsPlan {
  readonly writes: readonly ImportedAccount[];
  readonly created: number;
  readonly updated: number;
  readonly present: number;
  readonly refused: readonly Remark[];
  readonly noted: readonly Remark[];
}

export function importedAccount(account: FrontierAccount): ImportedAccount {
  const { isActive, creditMin, currency, address, tax, email, ...same } = account;
  const minimum = Amount.of(creditMin);
  return {
    ...same,
    ...(isUsable(email) ? { email } : { email: "", unusableEmail: email }),
    address: addressOf(address),
    taxData: taxIdsOf(tax),
    invoiceCurrency: currency,
    state: isActive ? "active" : "disabled",
    minimumBalance: minimum.equals(Amount.zero) ? null : minimum,
  };
}

/** Some text that is no email could be the name of an app group, and so stand for two customers. */
function isUsable(email: string): boolean {
  return email === "" || (isEmail(email) && invisibleIn(email) === undefined);
}

/**
 * Decides about billing accounts in their order: those that are not active first. An account that is here already is
 * written again where it has changed there since, so that an import can be repeated until the clients move. Of several
 * active ones one stays so, the one that is here or else the first: an organization has one.
 */
export function planAccounts(accounts: readonly ImportedAccount[], facts: AccountFacts): AccountsPlan {
  const writes: ImportedAccount[] = [];
  const refused: Remark[] = [];
  const noted: Remark[] = [];
  const count = { created: 0, updated: 0, present: 0 };
  let { activeId } = facts;
  for (const account of accounts) {
    const { id, email, unusableEmail } = account;
    const remark = (says: string): Remark => ({ about: "billing account", id, says });
    const present = facts.present.get(id);
    if (present !== undefined && !present.isBillingAccount) {
      refused.push(remark("has the id of a customer here that is no billing account"));
      continue;
    }
    if (present !== undefined && new Date(account.updatedAt) <= present.updatedAt) {
      count.present += 1;
      continue;
    }
    const isTaken = activeId !== undefined && activeId !== id;
    const emailOwner = facts.emails.get(emailKey(email)) ?? id;
    if (account.state === "active" && !isTaken && emailOwner !== id) {
      refused.push(remark(`has the email of customer ${emailOwner} here: change one of them`));
      continue;
    }
    if (account.state === "active" && isTaken)
      noted.push(remark(`is disabled here: account ${activeId} of its organization is the active one`));
    if (unusableEmail !== undefined)
      noted.push(remark(`has no email here: ${JSON.stringify(unusableEmail)} is none`));
    if (account.state === "active" && !isTaken) activeId = id;
    if (account.state === "disabled" && activeId === id) activeId = undefined;
    writes.push(isTaken ? { ...account, state: "disabled" } : account);
    count[present === undefined ? "created" : "updated"] += 1;
  }
  return { writes, ...count, refused, noted };
}

/** Frontier writes every field of an address that nobody gave as an empty text. */
function addressOf(value: unknown): PostalAddress | null {
  const address = {
    line1: textOf(value, "line1"),
    line2: textOf(value, "line2"),
    city: textOf(value, "city"),
    state: textOf(value, "state"),
    postalCode: textOf(value, "postal_code"),
    country: textOf(value, "country"),
  };
  return Object.values(address).some((part) => part !== "") ? address : null;
}

/** Tax ids under the names that Go gives to fields without one. */
function taxIdsOf(value: unknown): TaxId[] {
  const ids = memberOf(value, "taxids");
  return Array.isArray(ids) ? ids.map((id) => ({ type: textOf(id, "Type"), id: textOf(id, "ID") })) : [];
}

function textOf(value: unknown, key: string): string {
  const text = memberOf(value, key);
  return typeof text === "string" ? text : "";
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? new Map(Object.entries(value)).get(key) : undefined;
}
