import { sha256 } from "@noble/hashes/sha2.js";
import { v5 as nameBased, parse, stringify } from "uuid";
import { OperationKind } from "../../../gen/tallystick/v1/refusal_pb.ts";

/** A UUID of version 4 or 7, in lower case. */
const ownIdForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The id that a key stands for in an organization, as docs/concepts/receipts-and-idempotency.md has it. */
export function operationIdOf(organizationId: string, key: string): string {
  const text = key.normalize("NFC");
  return ownIdForm.test(text) ? text : nameBased(text, organizationId);
}

/** An operation that was asked for under a key, over whichever interface. */
export interface Asked {
  readonly organizationId: string;
  /** Empty where it is not known. */
  readonly customerId: string;
  readonly key: string;
  readonly kind: OperationKind;
}

/** Every id that it may have: by its key, and of the kinds that Apigee's interfaces ask for as these derive them. */
export function operationIdsOf({ organizationId, customerId, key, kind }: Asked): string[] {
  const ids = [operationIdOf(organizationId, key)];
  const source = ofApigee.get(kind);
  if (source === undefined) return ids;
  ids.push(derivedId("apigee edge", organizationId, key));
  if (source !== "" && customerId !== "") ids.push(derivedId(source, customerId, key));
  return ids;
}

/** What Apigee's interfaces ask for, and what its id is derived from in that of Apigee X. */
const ofApigee: ReadonlyMap<OperationKind, string> = new Map([
  [OperationKind.CREDIT, "apigee x credit"],
  [OperationKind.ADJUSTMENT, "apigee x adjustment"],
  [OperationKind.REFUND, ""],
]);

/**
 * A UUID of version 8 in a name space, as the service derives those of operations whose key has a space of its own. A browser hashes by
 * itself only where the address is of https or of its own machine.
 */
function derivedId(source: string, space: string, key: string): string {
  const name = new TextEncoder().encode(JSON.stringify([source, key.normalize("NFC")]));
  const bytes = sha256(Uint8Array.of(...parse(space), ...name)).slice(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return stringify(bytes);
}
