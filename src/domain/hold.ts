import type { Amount } from "./amount.ts";
import type { Metadata } from "./operation.ts";

/** Where a hold stands. */
export type HoldState = "active" | "captured" | "released" | "expired";

/** What happens to the remaining amount when a hold expires. */
export type ExpiryPolicy = "release" | "capture";

/** An amount set aside on a customer's account. */
export interface Hold {
  readonly id: string;
  /** The caller's own words for the id, as in Recorded. */
  readonly key: string | null;
  readonly customerId: string;
  readonly accountId: string;
  readonly currency: string;
  /** The amount that was set aside at first. */
  readonly amount: Amount;
  /** What captures have charged so far; with ALLOW_DEBT it may be more than the amount. */
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

/** Whether the time of an active hold has passed, noted or not. */
export function isDue(hold: Pick<Hold, "state" | "expiresAt">, at: Date): boolean {
  return hold.state === "active" && hold.expiresAt <= at;
}

/** Whether a hold is due and is to be released: then it holds nothing any more. */
export function isExpired(hold: Pick<Hold, "state" | "expiresAt" | "onExpiry">, at: Date): boolean {
  return isDue(hold, at) && hold.onExpiry === "release";
}
