import type { ConnectError } from "@connectrpc/connect";
import type { AskedOperation } from "../../domain/asked-operation.ts";
import { customerIdOf, type Recorded, transferOf } from "../../domain/recorded.ts";
import type { CommandRefusal } from "../../domain/refusal.ts";
import { queryOf } from "../../ledger/name-query.ts";
import type { Transaction } from "../../store/books/transaction-search.ts";
import type { Customer } from "../../store/customers/customer-row.ts";
import { bearersOf, requireSameBearer } from "../shared/bearer.ts";
import type { Call } from "../shared/call.ts";
import { fieldViolations } from "../shared/error-details.ts";
import { errorOf, inFields, type Outcome, outcomeOf } from "../shared/errors.ts";
import { tellReplay } from "../shared/idempotency-key.ts";
import { notUsable } from "../shared/refused-field.ts";
import { notCurrency } from "./currency.ts";
import { noOwner } from "./owner.ts";

/** What the fields of an operation are called in a request. */
export interface FieldNames {
  readonly currency: string;
  readonly amount: string;
}

/** Books one operation, or throws its refusal in Edge's words. */
export async function submit(
  call: Call,
  operation: AskedOperation,
  fields: FieldNames,
): Promise<Transaction> {
  const verdict = await call.submit([operation]);
  if (verdict.outcome === "refused") throw edgeError(verdict.refused[0].refusal, { fields, operation });
  const [{ recorded, replay }] = verdict.receipts;
  if (replay) {
    await requireStillNamed(call, operation, recorded);
    tellReplay(call);
  }
  const transfer = transferOf(recorded);
  if (transfer === null) throw new Error(`operation ${recorded.id} booked nothing`);
  const customer = await customerOf(call, recorded);
  return { transfer, customer, company: await call.app.appGroups.nameOf(customer) };
}

async function requireStillNamed(call: Call, operation: AskedOperation, recorded: Recorded): Promise<void> {
  const name = operation.type === "transfer" ? operation.customer : undefined;
  const query = name && queryOf(name);
  if (query !== undefined)
    requireSameBearer(query.text, await bearersOf(call, query), customerIdOf(recorded));
}

/** Whom it was booked for, also where that customer was deleted since. */
async function customerOf(call: Call, recorded: Recorded): Promise<Customer> {
  const id = customerIdOf(recorded);
  const customer = await call.app.customers.findEver({ orgId: call.organization.id, id });
  if (customer === undefined) throw new Error(`customer ${id} is missing`);
  return customer;
}

function edgeError(
  refusal: CommandRefusal,
  { fields, operation }: { fields: FieldNames; operation: AskedOperation },
): ConnectError {
  switch (refusal.reason) {
    case "NOT_FOUND":
      if (refusal.resource !== "customer") return errorOf(refusal);
      return noOwner(refusal.name, isOfGroup(operation) ? "company" : undefined);
    case "INSUFFICIENT_FUNDS":
      return errorOf(refusal, withMissing(refusal));
    case "CURRENCY_NOT_USABLE": {
      const { usable } = refusal;
      const ids = usable?.map((code) => code.toLowerCase());
      const description = ids === undefined ? notCurrency : notUsable(ids);
      const violation = { field: fields.currency, description };
      const message = `${violation.field}: ${violation.description}`;
      return errorOf(refusal, { message, details: [fieldViolations([violation])] });
    }
    default:
      return errorOf(
        refusal,
        inFields(refusal, (name) => (name === "currency" ? fields.currency : fields.amount)),
      );
  }
}

function isOfGroup(operation: AskedOperation): boolean {
  return "customer" in operation && operation.customer.as === "group";
}

/** Edge's clients look for what is missing between square brackets. */
function withMissing(refusal: Extract<CommandRefusal, { reason: "INSUFFICIENT_FUNDS" }>): Partial<Outcome> {
  const { message, metadata } = outcomeOf(refusal);
  const missing = refusal.required.minus(refusal.available).toString();
  return { message: `${message}; missing [${missing}]`, metadata: { ...metadata, missing } };
}
