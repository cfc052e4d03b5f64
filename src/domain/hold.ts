import type { Amount } from "./amount.ts";
import type { Metadata } from "./transfer.ts";

/** Where a hold stands. */
export type HoldState = "active" | "captured" | "released" | "expired";

/** An amount set aside on a customer's account. */
export interface Hold {
  readonly id: string;
  /** The caller's own words for the id, where it used some. */
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
  readonly source: string;
  readonly description: string;
  readonly userId: string;
  readonly metadata: Metadata;
  readonly createdAt: Date;
}

/** A hold that is active but past its time holds nothing any more, whether or not anyone has noted it. */
export function isExpired(hold: Pick<Hold, "state" | "expiresAt">, at: Date): boolean {
  return hold.state === "active" && hold.expiresAt <= at;
}
