import { v7 as uuidv7 } from "uuid";
import { nameBasedUuid } from "./name-based-uuid.ts";
import { normalForm } from "./text.ts";

/** The id of an operation, and its idempotency key: empty where the id itself is the key; null where there is none. */
export interface Identity {
  readonly id: string;
  readonly key: string | null;
}

/** The idempotency key as its caller knows it. */
export function callersKey({ id, key }: Identity): string {
  return key || id;
}

/** A UUID of version 4 or 7, in lower case. */
const ownIdForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * The operation id of a key in an organization, for ever the same. A key that is a UUID of version 4 or 7 in lower case is itself
 * the id; for any other text the id is a UUID of version 5 in the organization's name space.
 */
export function identityOf(orgId: string, key: string): Identity {
  const text = normalForm(key);
  return ownIdForm.test(text)
    ? { id: text, key: "" }
    : { id: nameBasedUuid({ version: 5, space: orgId, name: text }), key: text };
}

/** The identity of an operation without a key: each call is an operation of its own. */
export function newIdentity(id: string = uuidv7()): Identity {
  return { id, key: null };
}

/** Interfaces whose requests have a key only in a header. Each has a key space of its own. */
export type HeaderKeyed = "apigee edge" | "frontier";

/** What an id of the service's own is derived from. It is a UUID of version 8, which no caller's key can be. */
export type DerivedFrom =
  | readonly ["apigee x credit", customerId: string, transactionId: string]
  | readonly ["apigee x adjustment", customerId: string, key: string]
  | readonly [HeaderKeyed, orgId: string, key: string]
  | readonly ["capture by expiry", holdId: string];

/** A derived id, with the last element as its key. */
export function derivedIdentity(from: DerivedFrom): Identity {
  const key = from.at(-1);
  return { id: derivedId(from), key: key === undefined ? null : normalForm(key) };
}

export function derivedId(from: DerivedFrom): string {
  const [source, space, ...words] = from;
  const name = JSON.stringify([source, ...words.map(normalForm)]);
  return nameBasedUuid({ version: 8, space, name });
}
