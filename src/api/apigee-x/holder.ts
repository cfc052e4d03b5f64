import type { ResolvedName } from "../../domain/customer-name.ts";
import type { Identity } from "../../domain/operation-id.ts";
import { isUuid } from "../../domain/uuid.ts";
import { figuresOf } from "../../store/journal/known.ts";
import { bearersOf, requireSameBearer } from "../shared/bearer.ts";
import type { Call } from "../shared/call.ts";

/** Whose balance a request means. */
export interface HolderName {
  readonly text: string;
  readonly as: "email" | "group";
  /** What errors call it: `developer ann@example.com`. */
  readonly subject: string;
  /** The id of who bears the name now. Refused with NOT_FOUND where nobody does. */
  readonly find: () => Promise<string>;
}

/** An operation under a key of its customer's own, and that customer. */
export interface Keyed {
  readonly customerId: string;
  readonly identity: Identity;
}

/**
 * Whom a key means that is unique among one customer's. The name may have been somebody else's when the key was used: it
 * is looked for among all whom the text ever named, and a key that only a former one used is refused with NAME_MOVED, so
 * that nobody is credited in another's place.
 */
export function keyedHolder(
  call: Call,
  name: HolderName,
  identityFor: (customerId: string) => Identity,
): Promise<Keyed> {
  return call.once("holder", async () => {
    const known = await knownHolder(call, name, identityFor);
    if (known !== undefined) return known;
    const customerId = await name.find();
    return { customerId, identity: identityFor(customerId) };
  });
}

/** The same without a key: whoever bears the name. */
export function unkeyedHolder(call: Call, name: HolderName): Promise<Keyed> {
  return call.once("holder", async () => ({ customerId: await name.find(), identity: call.identity(null) }));
}

async function knownHolder(
  call: Call,
  name: HolderName,
  identityFor: (customerId: string) => Identity,
): Promise<Keyed | undefined> {
  const bearers = await bearersNamed(call, name);
  const { id, everNamed } = bearers;
  const candidates = [...new Set(id === undefined ? everNamed : [id, ...everNamed])].map((customerId) => ({
    customerId,
    identity: identityFor(customerId),
  }));
  const ids = candidates.map(({ identity }) => identity.id);
  const known = await call.app.ledger.known(call.organization.id, ids.map(figuresOf));
  const found = candidates.find(({ identity }) => known.has(identity.id));
  if (found !== undefined) requireSameBearer(name.text, bearers, found.customerId);
  return found;
}

async function bearersNamed(call: Call, { text, as }: HolderName): Promise<ResolvedName> {
  if (as === "email" && isUuid(text)) return { id: text.toLowerCase(), everNamed: [] };
  return bearersOf(call, { text, as });
}
