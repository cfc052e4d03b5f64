import type { Amount } from "../../../domain/amount.ts";
import type { Form } from "../../shared/form.ts";

// The fields that requests for operations have in common, with the same limits in each.

export function sourceOf(form: Form, source: string): string {
  return form.text("source", source, { charactersMax: 255 });
}

export function descriptionOf(form: Form, description: string): string {
  return form.text("description", description, { charactersMax: 1_024 });
}

export function userIdOf(form: Form, userId: string): string {
  return form.text("user_id", userId, { charactersMax: 255 });
}

/** The amount of a refund or a reversal; null where the request gives none, which stands for all that is left. */
export function amountOrAll(form: Form, amount: string): Amount | null {
  return amount === "" ? null : form.positiveAmount("amount", amount);
}
