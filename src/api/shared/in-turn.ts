import { setImmediate } from "node:timers/promises";
import type { Call } from "./call.ts";

/**
 * Makes one page of a long document. Few are made at once, organizations have their turns, and before each whoever else calls is
 * served, so that many documents slow down nothing but each other.
 */
export function inTurn<T>({ app, organization, departure }: Call, make: () => Promise<T>): Promise<T> {
  const page = async () => {
    await setImmediate();
    return make();
  };
  return app.documentPages.take(page, { party: organization.id, departure });
}
