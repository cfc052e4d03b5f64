import type { Amount } from "./amount.ts";
import type { Refusal } from "./refusal.ts";

type FieldOf<R> = R extends unknown ? Exclude<keyof R, "reason"> : never;
/** Fields that are words. Fields of time are left out, too: RetryInfo has them. */
type Word = "because" | "roles" | "scope" | "violations" | "usable";
type Figure = Exclude<FieldOf<Refusal>, "freeInMs" | "retryAfterMs" | Word>;

/**
 * The name of each field in the metadata of ErrorInfo, in the order in which they are listed. Whatever is the most that may be
 * had is called `available`.
 */
const names: Readonly<Record<Figure, string>> = {
  resource: "resource",
  field: "field",
  name: "name",
  orgId: "organization",
  transferId: "transfer",
  key: "key",
  holdId: "hold",
  customerId: "customer",
  clientId: "credential",
  kind: "kind",
  ceiling: "ceiling",
  differing: "differing",
  state: "state",
  currency: "currency",
  accounts: "accounts",
  places: "places",
  balance: "balance",
  available: "available",
  largest: "available",
  left: "available",
  remaining: "available",
  least: "minimum_top_up",
  required: "required",
  minimumBalance: "minimum_balance",
  held: "held",
  most: "most",
  rowsMax: "rows_max",
};

const namesByField = Object.entries(names) as readonly (readonly [Figure, string])[];

/** The fields of a refusal for programs to read: texts by name. */
export function refusalFigures(refusal: Refusal): Readonly<Record<string, string>> {
  const fields = refusal as Partial<Record<Figure, string | number | Amount | readonly string[]>>;
  const figures: Record<string, string> = {};
  for (const [field, name] of namesByField) {
    const value = fields[field];
    if (value !== undefined) figures[name] = value.toString();
  }
  return figures;
}
