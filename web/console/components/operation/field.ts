/** A field of a form, named as the request's. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly kind: "text" | "amount" | "currency" | "choice" | "moment" | "flag";
  readonly isRequired?: boolean;
  /** Of a choice: its values and how they read. */
  readonly choices?: readonly (readonly [value: string, label: string])[];
}

export const description: Field = {
  name: "description",
  label: "Description",
  hint: "For people.",
  kind: "text",
};
export const source: Field = { name: "source", label: "Source", hint: "What caused it.", kind: "text" };

export function amountField(hint?: string, isRequired = true): Field {
  return { name: "amount", label: "Amount", kind: "amount", isRequired, ...(hint !== undefined && { hint }) };
}

export const currencyField: Field = {
  name: "currency",
  label: "Currency",
  kind: "currency",
  isRequired: true,
};

/** Lifetimes of holds, in seconds. */
export const lifetime: Field = {
  name: "ttl",
  label: "For",
  kind: "choice",
  choices: [
    ["900", "15 minutes"],
    ["3600", "1 hour"],
    ["86400", "1 day"],
    ["604800", "7 days"],
    ["2592000", "30 days"],
    ["31536000", "365 days"],
  ],
};
