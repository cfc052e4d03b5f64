import { v7 as uuidv7 } from "uuid";
import { nameBasedUuid } from "./name-based-uuid.ts";
import { normalForm } from "./text.ts";

/** An operation's id, and the caller's own words for it: empty where the id itself is the key; null where it gave none. */
export interface Identity {
  readonly id: string;
  readonly key: string | null;
}

/** The key as its caller knows it. */
export function callersKey({ id, key }: Identity): string {
  return key || id;
}

/** A UUID of version 4 or 7, in lower case. */
const ownIdForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * What a key stands for in an organization, for ever: a UUID of version 4 or 7 in lower case is its own id, any other
 * text a UUID of version 5 in the organization's name space.
 */
export function identityOf(orgId: string, key: string): Identity {
  const text = normalForm(key);
  return ownIdForm.test(text)
    ? { id: text, key: "" }
    : { id: nameBasedUuid({ version: 5, space: orgId, name: text }), key: text };
}

/** The identity of an operation without a key: every call counts. */
export function newIdentity(id: string = uuidv7()): Identity {
  return { id, key: null };
}

/** Interfaces whose requests have no key, but for one in a header: a key of each is no key of the other. */
export type HeaderKeyed = "apigee edge" | "frontier";

/** What the service itself derives: no caller's key can reach an id of version 8. */
export type DerivedFrom =
  | readonly ["apigee x credit", customerId: string, transactionId: string]
  | readonly ["apigee x adjustment", customerId: string, key: string]
  | readonly [HeaderKeyed, orgId: string, key: string]
  | readonly ["capture by expiry", holdId: string];

/** The same with the words that it is derived from, which come last. */
export function derivedIdentity(from: DerivedFrom): Identity {
  const key = from.at(-1);
  return { id: derivedId(from), key: key === undefined ? null : normalForm(key) };
}

export function derivedId(from: DerivedFrom): string {
  const [source, space, ...words] = from;
  const name = JSON.stringify([source, ...words.map(normalForm)]);
  return nameBasedUuid({ version: 8, space, name });
}
