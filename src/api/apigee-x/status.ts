import { invalidField } from "../../domain/refusal.ts";
import type { Customer } from "../../store/customers/customers.ts";

const states = { active: "active", inactive: "disabled" } as const;

/** The state of a customer that Apigee's word for it means. */
export function stateOf(field: string, word: string): Customer["state"] {
  if (word === "active" || word === "inactive") return states[word];
  throw invalidField(field, "must be active or inactive");
}

/** Apigee's word for a customer's state. */
export function statusOf({ state }: Customer): string {
  return state === "active" ? "active" : "inactive";
}
