import { setImmediate } from "node:timers/promises";
import { leftWork } from "../../bounds/left-work.ts";
import { partyWithin } from "../../bounds/turns.ts";
import type { Call } from "./call.ts";
import { type Listing, type Page, readPage } from "./page.ts";

/**
 * Makes one page of a long document. Few are made at once, organizations have their turns, and other calls are served before each
 * page, so that many documents slow down only each other.
 */
export function inTurn<T>(call: Call, make: () => Promise<T>): Promise<T> {
  const { app, organization, departure } = call;
  const page = async () => {
    await setImmediate();
    return make();
  };
  return app.documentPages.take(wholly(call, page), { party: organization.id, departure });
}

/** How long to wait for a cancelled query to end. A silent database may never end it. */
const cancelMsMax = 5_000;

/**
 * A task that does not end before its queries have. Otherwise a caller who asks and leaves at once, again and again, would have any
 * number of queries running, although few tasks are begun at a time.
 */
function wholly<T>(call: Pick<Call, "departure" | "signal">, task: () => Promise<T>): () => Promise<T> {
  return async () => {
    try {
      return await task();
    } finally {
      if (call.departure.aborted) await leftWork(call.signal, cancelMsMax);
    }
  };
}

/** What decides whose turn it is. */
export type Asking = Pick<Call, "app" | "caller" | "organizationIfNamed" | "departure" | "signal">;

/**
 * Makes an answer that has, or looks at, many rows. Few are made at once: of hundreds at the same time each would advance a little,
 * all would be kept in memory until the last is done, and none would meet its deadline. Organizations and the platform have their
 * turns, and within each of them its callers.
 */
export function listInTurn<T>(call: Asking, make: () => Promise<T>): Promise<T> {
  const { app, departure } = call;
  return app.lists.take(wholly(call, make), { party: partyOfList(call), departure });
}

/**
 * A caller of the platform is not counted to the organizations that it asks about: it would have the turns of all of them. The
 * platform is a party by itself, and each pair of a caller and an organization is a part of it.
 */
function partyOfList({ caller, organizationIfNamed }: Asking): string {
  const { actor, orgId } = caller;
  if (orgId !== null) return partyWithin(orgId, actor);
  return partyWithin("", `${actor} ${organizationIfNamed?.id ?? ""}`);
}

/** Reads a page of a list, in turn. */
export function pageInTurn<R, P, M>(asking: Asking, listing: Listing<R, P, M>): Promise<Page<P, M>> {
  return listInTurn(asking, () => readPage(listing));
}
