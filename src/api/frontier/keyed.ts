import type { AskedOperation } from "../../domain/asked-operation.ts";
import type { Identity } from "../../domain/operation-id.ts";
import { customerIdOf, type Recorded } from "../../domain/recorded.ts";
import { Refused } from "../../domain/refusal.ts";
import { hasConflict } from "../../domain/verdict.ts";
import { wholeOf } from "../../store/journal/known.ts";
import type { Call } from "../shared/call.ts";
import { Form } from "../shared/form.ts";
import { tellReplay } from "../shared/idempotency-key.ts";
import { type BillingAccountName, billingAccountFor } from "./billing-account.ts";

/** The operation that a request means, of which all that it leaves open is as it was booked, if it was. */
type Fill = (booked: Recorded | undefined) => Promise<AskedOperation>;

/** Books one operation, or finds it under the key in the request's header. Throws its refusal. */
export async function submitKeyed(call: Call, identity: Identity, fill: Fill): Promise<Recorded> {
  const booked = await bookedUnder(call, identity);
  const asksAgain = identity.key !== null && booked === undefined;
  let verdict = await call.submit([await fill(booked)], { asksAgain });
  // Somebody else may have used the key in between, at another price or in another name.
  if (asksAgain && verdict.outcome === "refused" && hasConflict(verdict.refused))
    verdict = await call.submit([await fill(await bookedUnder(call, identity))]);
  if (verdict.outcome === "refused") throw new Refused(verdict.refused[0].refusal);
  const [{ recorded, replay }] = verdict.receipts;
  if (replay) tellReplay(call);
  return recorded;
}

async function bookedUnder(call: Call, { id, key }: Identity): Promise<Recorded | undefined> {
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
