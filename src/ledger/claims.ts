import { PassingMap } from "../bounds/passing-map.ts";
import type { Pending } from "./pending.ts";

interface Claim {
  readonly lane: number;
  batches: number;
}

/** Which lane has batches under way on which accounts. */
export class Claims {
  /** By organization, then by the account's key, which is unique within an organization only. */
  private readonly claims = new Map<string, PassingMap<string, Claim>>();

  /** @param mayFollow whether a lane may take an account on which it has a batch under way */
  constructor(private readonly mayFollow: boolean) {}

  /** Whether a lane may take a command: no other lane has one of its accounts. */
  areFree({ orgId, accounts }: Pending, lane: number): boolean {
    const claims = this.claims.get(orgId);
    return (
      claims === undefined ||
      accounts.every(({ key }) => {
        const claim = claims.get(key);
        return claim === undefined || (this.mayFollow && claim.lane === lane);
      })
    );
  }

  add(batch: readonly Pending[], lane: number): void {
    for (const { orgId, accounts } of batch) {
      const claims = this.claims.get(orgId) ?? new PassingMap<string, Claim>();
      this.claims.set(orgId, claims);
      for (const { key } of accounts) {
        const claim = claims.get(key);
        if (claim === undefined) claims.set(key, { lane, batches: 1 });
        else claim.batches += 1;
      }
    }
  }

  /** Ends claims that were added. */
  remove(batch: readonly Pending[]): void {
    for (const { orgId, accounts } of batch) {
      const claims = this.claims.get(orgId);
      for (const { key } of accounts) {
        const claim = claims?.get(key);
        if (claim === undefined) throw new Error(`nobody has ${orgId}/${key}`);
        claim.batches -= 1;
        if (claim.batches === 0) claims?.delete(key);
      }
      if (claims?.size === 0) this.claims.delete(orgId);
    }
  }
}
