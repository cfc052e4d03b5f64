import type { Pending } from "./pending.ts";

/** Which lane has batches under way on an account. */
export class Claims {
  private readonly byAccount = new Map<string, { readonly lane: number; batches: number }>();

  /** Whether a lane may take all of its accounts: no other one has any of them. */
  areFree({ orgId, accounts }: Pending, lane: number): boolean {
    return accounts.every(({ key }) => {
      const claim = this.byAccount.get(nameOf(orgId, key));
      return claim === undefined || claim.lane === lane;
    });
  }

  add(batch: readonly Pending[], lane: number): void {
    for (const name of namesOf(batch)) {
      const claim = this.byAccount.get(name);
      if (claim === undefined) this.byAccount.set(name, { lane, batches: 1 });
      else claim.batches += 1;
    }
  }

  /** Takes back what was added. */
  remove(batch: readonly Pending[]): void {
    for (const name of namesOf(batch)) {
      const claim = this.byAccount.get(name);
      if (claim === undefined) throw new Error(`nobody has ${name}`);
      claim.batches -= 1;
      if (claim.batches === 0) this.byAccount.delete(name);
    }
  }
}

function* namesOf(batch: readonly Pending[]): Iterable<string> {
  for (const { orgId, accounts } of batch) for (const { key } of accounts) yield nameOf(orgId, key);
}

function nameOf(orgId: string, key: string): string {
  return `${orgId}/${key}`;
}
