import type { Amount } from "./amount.ts";
import type { CommandRefusal } from "./refusal.ts";

type FieldOf<R> = R extends unknown ? Exclude<keyof R, "reason"> : never;
/** When holds expire is told by how long to wait, and not as a figure. */
type Figure = Exclude<FieldOf<CommandRefusal>, "freeAt">;

/** What each field of a refusal is called where programs read it; what may be had at the most is always `available`. */
const names: Readonly<Record<Figure, string>> = {
  available: "available",
  currency: "currency",
  customerId: "customer",
  differing: "differing",
  held: "held",
  holdId: "hold",
  kind: "kind",
  largest: "available",
  least: "minimum_top_up",
  left: "available",
  minimumBalance: "minimum_balance",
  name: "name",
  orgId: "organization",
  places: "places",
  remaining: "available",
  required: "required",
  resource: "resource",
  state: "state",
  transferId: "transfer",
};

/** What a refusal says for programs, as texts by name, and whom it is about where it says so. */
export function refusalFigures(refusal: CommandRefusal): {
  readonly figures: Readonly<Record<string, string>>;
  readonly customerId: string | undefined;
} {
  const fields: Partial<Record<Figure, string | number | Amount | readonly string[]>> = refusal;
  const figures = Object.entries(names).flatMap(([field, name]) => {
    const value = fields[field as Figure];
    return value === undefined ? [] : [[name, value.toString()] as const];
  });
  const customerId = "customerId" in refusal ? refusal.customerId : undefined;
  return { figures: Object.fromEntries(figures), customerId };
}
