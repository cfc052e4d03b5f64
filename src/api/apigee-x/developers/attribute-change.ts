import { notFound } from "../../../domain/refusal.ts";
import type { Attribute } from "../../../store/customers/attributes.ts";
import type { Customer } from "../../../store/customers/customers.ts";
import type { Developer, DeveloperChange } from "../../../store/customers/developers.ts";
import type { Call } from "../../shared/call.ts";
import { shownAttributes } from "../../shared/shown-attributes.ts";
import { found } from "../found.ts";
import { type DeveloperPlace, developerToChange } from "./developer.ts";

export async function changeAttributes(
  call: Call,
  place: DeveloperPlace,
  changeOf: (known: Customer) => DeveloperChange,
): Promise<Developer> {
  const { customer } = await developerToChange(call, place);
  const change = await call.app.developers.change(customer, changeOf, call.signal);
  const changed = found("developer", change, place.named.idOrEmail);
  if (!("customer" in changed)) throw new Error("a change of attributes was refused like one of state");
  return changed;
}

/** NOT_FOUND where the customer has none of that name. */
export function attributeNamed(customer: Customer, name: string): Attribute {
  const attribute = shownAttributes(customer).find((each) => each.name === name);
  if (attribute === undefined) throw notFound("attribute", name);
  return attribute;
}
