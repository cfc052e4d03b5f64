import { PassingMap } from "../bounds/passing-map.ts";
import type { Pending } from "./pending.ts";

interface Claim {
  readonly lane: number;
  batches: number;
}

/** Which lane has batches under way on an account. */
export class Claims {
  /** By organization and key: keys are unique in an organization only. */
  private readonly claims = new Map<string, PassingMap<string, Claim>>();

  /** @param mayFollow whether a lane may take an account on which it has a batch under way */
  constructor(private readonly mayFollow: boolean) {}

  /** Whether a lane may take all of its accounts: no other one has any of them. */
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

  /** Takes back what was added. */
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
