import { setImmediate } from "node:timers/promises";
import { leftWork } from "../../bounds/left-work.ts";
import { partyWithin } from "../../bounds/turns.ts";
import type { Call } from "./call.ts";
import { type Listing, type Page, readPage } from "./page.ts";

/**
 * Makes one page of a long document. Few are made at once, organizations have their turns, and before each whoever else calls is
 * served, so that many documents slow down nothing but each other.
 */
export function inTurn<T>(call: Call, make: () => Promise<T>): Promise<T> {
  const { app, organization, departure } = call;
  const page = async () => {
    await setImmediate();
    return make();
  };
  return app.documentPages.take(wholly(call, page), { party: organization.id, departure });
}

/** For how long what a cancelled query takes to end is waited for: of a silent database it may be any time. */
const cancelMsMax = 5_000;

/**
 * Has a task end no sooner than what it has asked of the database. Whoever asks and leaves at once, again and again, would have the
 * database do any number of things, though few are begun at a time.
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

/** What turns are given by. */
export type Asking = Pick<Call, "app" | "caller" | "organizationIfNamed" | "departure" | "signal">;

/**
 * Makes an answer of many rows, or one for which many are looked at. Few are made at once. Organizations have their turns, as has the
 * platform, and in each its callers, who may be any number: of hundreds that were asked for together each would get on a little, all of them would be kept
 * until the last one is whole, and none would be answered in its time, nor those of others behind them.
 */
export function listInTurn<T>(call: Asking, make: () => Promise<T>): Promise<T> {
  const { app, departure } = call;
  return app.lists.take(wholly(call, make), { party: partyOfList(call), departure });
}

/**
 * One caller of the platform may ask in any number of organizations, and would have the places of all of them: the platform is a party
 * of its own, in which each organization that a caller asks in has its turn.
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
