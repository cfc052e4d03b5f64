import type { Stage } from "../stage.ts";
import { makeTenant, type Tenant } from "../world.ts";

/** Customers that are charged, and those of the baseline. */
export const customers = 5_000;
/** Entries of the account with a short history. */
export const shortHistory = 10;

/** The customers that are charged, and those of the baseline; made once a run. */
export const chargedTenants = oncePerStage(async ({ sql }) => {
  const rest = { customers, credits: 1, amount: 1_000_000_000 };
  const charged = await makeTenant(sql, { name: "bench-charged", ...rest });
  return [charged, await makeTenant(sql, { name: "bench-baseline", ...rest })] as const;
});

/** One account with few entries, and one with many; made once a run. */
export const histories = oncePerStage(async ({ sql, options }) => {
  const rest = { customers: 1, amount: 1 };
  const short = await makeTenant(sql, { name: "bench-short", ...rest, credits: shortHistory });
  return { short, long: await makeTenant(sql, { name: "bench-long", ...rest, credits: options.history }) };
});

function oncePerStage<T>(make: (stage: Stage) => Promise<T>): (stage: Stage) => Promise<T> {
  const made = new WeakMap<Stage, Promise<T>>();
  return (stage) => {
    const known = made.get(stage) ?? make(stage);
    made.set(stage, known);
    return known;
  };
}

export type { Tenant };
