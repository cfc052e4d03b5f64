import { invalidField } from "../../domain/refusal.ts";
import type { Customer } from "../../store/customers/customer-row.ts";

/** The state of a customer that Apigee's word for it means; undefined for any other word. */
export function stateNamed(word: string): Customer["state"] | undefined {
  if (word === "active") return "active";
  return word === "inactive" ? "disabled" : undefined;
}

/** The same for a field. INVALID_FIELDS for any other word. */
export function stateOf(field: string, word: string): Customer["state"] {
  const state = stateNamed(word);
  if (state === undefined) throw invalidField(field, "must be active or inactive");
  return state;
}

/** Apigee's word for a customer's state. */
export function statusOf({ state }: Customer): string {
  return state === "active" ? "active" : "inactive";
}
