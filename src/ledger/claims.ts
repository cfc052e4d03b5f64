/** Which lane has batches under way on an account. */
export class Claims {
  private readonly byAccount = new Map<string, { readonly lane: number; batches: number }>();

  /** Whether a lane may take the account: no other one has it. */
  isFree(account: string, lane: number): boolean {
    const claim = this.byAccount.get(account);
    return claim === undefined || claim.lane === lane;
  }

  add(accounts: Iterable<string>, lane: number): void {
    for (const account of accounts) {
      const claim = this.byAccount.get(account);
      if (claim === undefined) this.byAccount.set(account, { lane, batches: 1 });
      else claim.batches += 1;
    }
  }

  /** Takes back what was added. */
  remove(accounts: Iterable<string>): void {
    for (const account of accounts) {
      const claim = this.byAccount.get(account);
      if (claim === undefined) throw new Error(`nobody has ${account}`);
      claim.batches -= 1;
      if (claim.batches === 0) this.byAccount.delete(account);
    }
  }
}
