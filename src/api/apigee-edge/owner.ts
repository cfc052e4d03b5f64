import type { ConnectError } from "@connectrpc/connect";
import type { CustomerName } from "../../domain/command.ts";
import type { Customer } from "../../store/customers/customers.ts";
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
export function ownerName(form: Form, { developer, company }: Omit<OwnerName, "organization">): CustomerName {
  if (developer !== "" && company !== "") form.refuse("company", "has no place beside developer");
  form.text("company", company, { charactersMax });
  form.text("developer", developer, { charactersMax, required: company === "" });
  return company === "" ? { text: developer, as: "id or email" } : { text: company, as: "group" };
}

/** The developer or company of a request. NOT_FOUND where there is none. */
export async function ownerNamed(call: Call, orgId: string, name: OwnerName): Promise<Customer> {
  const { developer, company } = name;
  const form = new Form();
  if (developer !== "" && company !== "") form.refuse("company", "has no place beside developer");
  form.text("company", company, { charactersMax });
  form.text("developer", developer, { charactersMax, required: company === "" });
  form.done();
  const customer =
    company === ""
      ? (await call.app.developers.find({ orgId, idOrEmail: developer }, call.signal))?.customer
      : (await call.app.appGroups.find({ orgId, name: company }, call.signal))?.customer;
  if (customer === undefined) throw noOwner(developer || company, company === "" ? "developer" : "company");
  return customer;
}

/** A developer by email or id, or a company by name, where one field takes either. NOT_FOUND where there is none. */
export async function ownerOfId(call: Call, orgId: string, id: string): Promise<Customer> {
  const { app, signal } = call;
  const developer = await app.developers.find({ orgId, idOrEmail: id }, signal);
  const customer = developer?.customer ?? (await app.appGroups.find({ orgId, name: id }, signal))?.customer;
  if (customer === undefined) throw noOwner(id);
  return customer;
}

/** The error of an owner that there is not, in the word that callers of Edge have for it: a name may be that of either. */
export function noOwner(name: string, kind?: "developer" | "company"): ConnectError {
  const word = kind ?? (name.includes("@") ? "developer" : "developer or company");
  const refusal = { reason: "NOT_FOUND", resource: "customer", name } as const;
  return errorOf(refusal, { message: `${word} ${name} was not found` });
}

/** The same of a request whose field `developer` it is. */
export async function ownerMeant(call: Call, id: string): Promise<Customer> {
  const form = new Form();
  const narrowed = ownerId(form, "developer", id);
  form.done();
  return ownerOfId(call, call.organization.id, narrowed);
}

/** Narrows such an id. */
export function ownerId(form: Form, field: string, id: string): string {
  return form.text(field, id, { charactersMax, required: true });
}
