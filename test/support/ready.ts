import { until } from "./until.ts";

/**
 * Waits until a service says that it is ready. A look at the database that takes longer than it may on a busy machine says no, and
 * the next one counts; a service that is not ready stays so.
 */
export function untilReady(url: string): Promise<true> {
  return until(async () => (await fetch(`${url}/readyz`)).status === 200);
}
