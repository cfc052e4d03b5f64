import { notFound } from "../../../domain/refusal.ts";
import type { Customer } from "../../../store/customers/customer-row.ts";
import type { Developer, DeveloperChange } from "../../../store/customers/developers.ts";
import type { Attribute } from "../../../store/schema/customers.ts";
import type { Call } from "../../shared/call.ts";
import { shownAttributes } from "../../shared/shown-attributes.ts";
import { found } from "../found.ts";
import type { DeveloperPlace } from "./developer.ts";

/** Changes the attributes of a developer that `developerToChange` has found. */
export async function changeAttributes(
  call: Call,
  { named }: DeveloperPlace,
  { customer }: Developer,
  changeOf: (known: Customer) => DeveloperChange,
): Promise<Developer> {
  const change = await call.app.developers.change(customer, changeOf, call);
  const changed = found("developer", change, named.idOrEmail);
  if (!("customer" in changed)) throw new Error("a change of attributes was refused like one of state");
  return changed;
}

/** NOT_FOUND where the customer has none of that name. */
export function attributeNamed(customer: Customer, name: string): Attribute {
  const attribute = shownAttributes(customer).find((each) => each.name === name);
  if (attribute === undefined) throw notFound("attribute", name);
  return attribute;
}
