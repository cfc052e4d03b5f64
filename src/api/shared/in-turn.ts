import { setImmediate } from "node:timers/promises";
import { partyWithin } from "../../bounds/turns.ts";
import type { Call } from "./call.ts";
import { type Listing, type Page, readPage } from "./page.ts";

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

/** What turns are given by. */
export type Asking = Pick<Call, "app" | "caller" | "organizationIfNamed" | "departure">;

/**
 * Makes an answer of many rows, or one for which many are looked at. Few are made at once. Organizations have their turns, and in each
 * its callers, who may be any number: of hundreds that were asked for together each would get on a little, all of them would be kept
 * until the last one is whole, and none would be answered in its time, nor those of others behind them.
 */
export function listInTurn<T>(
  { app, caller, organizationIfNamed, departure }: Asking,
  make: () => Promise<T>,
): Promise<T> {
  const party = partyWithin(organizationIfNamed?.id ?? "", caller.actor);
  return app.lists.take(make, { party, departure });
}

/** Reads a page of a list, in turn. */
export function pageInTurn<R, P, M>(asking: Asking, listing: Listing<R, P, M>): Promise<Page<P, M>> {
  return listInTurn(asking, () => readPage(listing));
}
