import type { Amount } from "./amount.ts";
import type { Metadata } from "./operation.ts";

/** Where a hold stands. */
export type HoldState = "active" | "captured" | "released" | "expired";

/** What becomes of what is still set aside when the time of a hold has passed. */
export type ExpiryPolicy = "release" | "capture";

/** An amount set aside on a customer's account. */
export interface Hold {
  readonly id: string;
  /** The caller's own words for the id, as in Recorded. */
  readonly key: string | null;
  readonly customerId: string;
  readonly accountId: string;
  readonly currency: string;
  /** What was set aside at first. */
  readonly amount: Amount;
  /** What was charged so far; with ALLOW_DEBT more than the amount. */
  readonly captured: Amount;
  /** What is still set aside; zero unless the hold is active. */
  readonly remaining: Amount;
  readonly state: HoldState;
  readonly expiresAt: Date;
  readonly onExpiry: ExpiryPolicy;
  readonly source: string;
  readonly description: string;
  readonly userId: string;
  readonly metadata: Metadata;
  readonly createdAt: Date;
}

/** The time of a hold has passed while something was set aside, whether or not anyone has noted it. */
export function isDue(hold: Pick<Hold, "state" | "expiresAt">, at: Date): boolean {
  return hold.state === "active" && hold.expiresAt <= at;
}

/** A hold that is due holds nothing any more, unless what it holds is to be captured. */
export function isExpired(hold: Pick<Hold, "state" | "expiresAt" | "onExpiry">, at: Date): boolean {
  return isDue(hold, at) && hold.onExpiry === "release";
}
