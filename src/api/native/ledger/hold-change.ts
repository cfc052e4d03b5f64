import type { Duration } from "@bufbuild/protobuf/wkt";
import { durationMs } from "@bufbuild/protobuf/wkt";
import type { HoldChange } from "../../../domain/command.ts";
import type { Currency } from "../../../domain/currency.ts";
import type { Hold } from "../../../domain/hold.ts";
import { notFound } from "../../../domain/refusal.ts";
import type { Call } from "../../shared/call.ts";
import { Form } from "../../shared/form.ts";
import { keptCurrency } from "./kept-currency.ts";
import { receiptMessage } from "./messages.ts";
import { submitOne } from "./submit.ts";

export const ttlMsMax = 366 * 24 * 3_600_000;

/** What every request about a hold has. */
export interface HoldRequest {
  readonly organization: string;
  readonly hold: string;
  readonly key: string;
  readonly validateOnly: boolean;
}

export type MakeChange = (
  form: Form,
  of: { hold: Hold; currency: Currency; id: string; key: string | null },
) => HoldChange;

export async function change(call: Call, request: HoldRequest, make: MakeChange) {
  const { id: orgId } = call.organization;
  const hold = await holdNamed(call, orgId, request.hold);
  const currency = await keptCurrency(call, orgId, hold.currency);
  const form = new Form();
  const key = form.key("key", request.key);
  const operation = make(form, { hold, currency, id: call.operationId(key), key });
  form.done();
  return {
    receipt: receiptMessage(await submitOne(call, { orgId, operation, dryRun: request.validateOnly })),
  };
}

export function onHold(hold: Hold, id: string, key: string | null) {
  return { id, key, holdId: hold.id, customerId: hold.customerId, currency: hold.currency };
}

export async function holdNamed(call: Call, orgId: string, id: string): Promise<Hold> {
  const form = new Form();
  const holdId = form.uuid("hold", id);
  form.done();
  const hold = await call.app.holds.find({ orgId, id: holdId }, call.signal);
  if (hold === undefined) throw notFound("hold", id);
  return hold;
}

export function ttlOf(form: Form, ttl: Duration | undefined): number | undefined {
  if (ttl === undefined) return undefined;
  const ms = durationMs(ttl);
  if (!(ms >= 1_000 && ms <= ttlMsMax)) form.refuse("ttl", "must be 1 second to 366 days");
  return Math.trunc(ms);
}
