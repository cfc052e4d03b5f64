import type { Refusal } from "../../domain/refusal.ts";

/** Another active customer of the organization has the email. */
export function emailTaken(email: string): Refusal {
  return { reason: "ALREADY_EXISTS", resource: "customer", field: "email", name: email };
}
