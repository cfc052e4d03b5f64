import { type Books, makeBooks } from "../sides/baseline/books.ts";
import type { Deployment } from "../sides/deployment.ts";
import type { Stage } from "../stage.ts";
import { makeTenant, type Tenant } from "../world.ts";

/** Customers that are charged, and accounts of the baseline. */
const accounts = 5_000;
/** Entries of the account with a short history. */
export const shortHistory = 10;

/** The customers that are charged; made once a run. */
export const chargedTenant = once((deployment: Deployment) =>
  makeTenant(deployment, { name: "bench-charged", customers: accounts, credits: 1, amount: 1_000_000_000 }),
);

/** The baseline's accounts; made once a run. */
export const baselineBooks = once(({ baseline }: Stage) =>
  makeBooks(baseline.sql, { accounts, credits: 1, amount: 1_000_000_000 }),
);

/** One account with few entries, one with many, and one with as many of the baseline; made once a run. */
export const histories = once(
  async ({
    deployment,
    baseline,
    options,
  }: Stage): Promise<{ short: Tenant; long: Tenant; summed: Books }> => {
    const one = { customers: 1, amount: 1 };
    return {
      short: await makeTenant(deployment, { name: "bench-short", ...one, credits: shortHistory }),
      long: await makeTenant(deployment, { name: "bench-long", ...one, credits: options.history }),
      summed: await makeBooks(baseline.sql, { accounts: 1, amount: 1, credits: options.history }),
    };
  },
);

function once<K extends object, T>(make: (of: K) => Promise<T>): (of: K) => Promise<T> {
  const made = new WeakMap<K, Promise<T>>();
  return (of) => {
    const known = made.get(of) ?? make(of);
    made.set(of, known);
    return known;
  };
}
