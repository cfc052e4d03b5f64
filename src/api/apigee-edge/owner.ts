import type { ConnectError } from "@connectrpc/connect";
import type { CustomerName } from "../../domain/customer-name.ts";
import { isUuid } from "../../domain/uuid.ts";
import type { Customer } from "../../store/customers/customer-row.ts";
import type { Call } from "../shared/call.ts";
import { errorOf } from "../shared/errors.ts";
import { Form } from "../shared/form.ts";

const charactersMax = 255;

/** What the requests about one developer or company say about whom they mean: one of the two. */
export interface OwnerName {
  /** Email or id. */
  readonly developer: string;
  /** Name. */
  readonly company: string;
}

/** Whom a request means, for an operation: its customer is looked for after its key. */
export function ownerName(form: Form, { developer, company }: OwnerName): CustomerName {
  if (developer !== "" && company !== "") form.refuse("company", "has no place beside developer");
  form.text("company", company, { charactersMax });
  form.text("developer", developer, { charactersMax, required: company === "" });
  return company === "" ? { text: developer, as: "id or email" } : { text: company, as: "group" };
}

/** The developer or company of a request. NOT_FOUND where there is none. */
export async function ownerNamed(call: Call, orgId: string, name: OwnerName): Promise<Customer> {
  const form = new Form();
  const { text, as } = ownerName(form, name);
  form.done();
  const { developers, appGroups } = call.app;
  const found = await (as === "group"
    ? appGroups.find({ orgId, name: text })
    : developers.find({ orgId, idOrEmail: text }));
  if (found === undefined) throw noOwner(text, as === "group" ? "company" : "developer");
  return found.customer;
}

/**
 * Whose id, email, or name as a company an id is, where one field takes any of them. NOT_FOUND where it is nobody's. Those
 * that are asked for together share their queries.
 */
export async function ownerOfId(call: Call, orgId: string, id: string): Promise<string> {
  const { customers, customerNames } = call.app;
  const known = isUuid(id) ? await customers.find({ orgId, id: id.toLowerCase() }) : undefined;
  if (known !== undefined) return known.id;
  const [named] = await customerNames.resolveNames(orgId, [{ text: id, as: "either" }]);
  if (named?.id === undefined) throw noOwner(id);
  return named.id;
}

/** The error of an owner that there is not, in the word that callers of Edge have for it: a name may be that of either. */
export function noOwner(name: string, kind?: "developer" | "company"): ConnectError {
  const word = kind ?? (name.includes("@") ? "developer" : "developer or company");
  const refusal = { reason: "NOT_FOUND", resource: "customer", name } as const;
  return errorOf(refusal, { message: `${word} ${name} was not found` });
}

/** Refuses with NOT_FOUND a request whose field `developer` is nobody's. */
export async function requireOwner(call: Call, id: string): Promise<void> {
  const form = new Form();
  const narrowed = ownerId(form, "developer", id);
  form.done();
  await ownerOfId(call, call.organization.id, narrowed);
}

/** Narrows such an id. */
export function ownerId(form: Form, field: string, id: string): string {
  return form.text(field, id, { charactersMax, required: true });
}
