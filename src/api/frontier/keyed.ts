import type { AskedOperation } from "../../domain/command.ts";
import type { Identity } from "../../domain/operation-id.ts";
import { customerIdOf, type Recorded } from "../../domain/recorded.ts";
import { Refused } from "../../domain/refusal.ts";
import { wholeOf } from "../../store/journal/known.ts";
import type { Call } from "../shared/call.ts";
import { Form } from "../shared/form.ts";
import { tellReplay } from "../shared/idempotency-key.ts";
import { type BillingAccountName, billingAccountFor } from "./billing-account.ts";

/** What was booked under the key in a request's header: what the request leaves open is as it was then. */
export async function bookedUnder(call: Call, { id, key }: Identity): Promise<Recorded | undefined> {
  if (key === null) return undefined;
  return (await call.app.ledger.known(call.organization.id, [wholeOf(id)])).get(id)?.recorded;
}

/** The billing account that a request means: for a key that is known as it names it or as it was booked, whatever became of it. */
export async function accountIdFor(
  call: Call,
  name: BillingAccountName,
  booked: Recorded | undefined,
): Promise<string> {
  if (booked === undefined) return (await billingAccountFor(call, name)).id;
  if (name.billingId === "") return customerIdOf(booked);
  const form = new Form();
  const id = form.uuid(name.field, name.billingId);
  form.done();
  return id;
}

/** Books one operation, or throws its refusal. */
export async function submitOne(call: Call, operation: AskedOperation): Promise<void> {
  const verdict = await call.submit([operation]);
  if (verdict.outcome === "refused") throw new Refused(verdict.refused[0].refusal);
  if (verdict.receipts[0].replay) tellReplay(call);
}
