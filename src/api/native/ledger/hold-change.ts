import type { Duration } from "@bufbuild/protobuf/wkt";
import { durationMs } from "@bufbuild/protobuf/wkt";
import type { HoldChange } from "../../../domain/asked-operation.ts";
import type { Identity } from "../../../domain/operation-id.ts";
import type { Call } from "../../shared/call.ts";
import { Form } from "../../shared/form.ts";
import { receiptMessage } from "./messages.ts";
import { submitOne } from "./submit.ts";

const nanosOfMs = 1_000_000;
const ttlMsMax = 366 * 24 * 3_600_000;

/** What every request about a hold has. */
export interface HoldRequest {
  readonly hold: string;
  readonly key: string;
  readonly validateOnly: boolean;
}

/** What every change of a hold has. */
export type OnHold = Identity & { readonly holdId: string };

export async function change(call: Call, request: HoldRequest, make: (form: Form, on: OnHold) => HoldChange) {
  const form = new Form();
  const identity = call.identity(form.key("key", request.key));
  const operation = make(form, { ...identity, holdId: form.uuid("hold", request.hold) });
  form.done();
  return { receipt: receiptMessage(await submitOne(call, operation, request.validateOnly)) };
}

export function ttlOf(form: Form, ttl: Duration | undefined): number | undefined {
  if (ttl === undefined) return undefined;
  const ms = durationMs(ttl);
  if (!(ms >= 1_000 && ms <= ttlMsMax)) form.refuse("ttl", "must be 1 second to 366 days");
  else if (ttl.nanos % nanosOfMs !== 0) form.refuse("ttl", "must be whole milliseconds");
  return ms;
}
