/** A binary heap: the member with the lowest `order` comes first. */
export class Heap<T extends { readonly order: number }> {
  private readonly members: T[] = [];

  /** Iterates in no particular order. */
  [Symbol.iterator](): Iterator<T> {
    return this.members[Symbol.iterator]();
  }

  push(member: T): void {
    let at = this.members.push(member) - 1;
    for (let above = (at - 1) >> 1; at > 0 && this.isBefore(at, above); above = (at - 1) >> 1) {
      this.swap(at, above);
      at = above;
    }
  }

  pop(): T | undefined {
    const last = this.members.length - 1;
    if (last > 0) this.swap(0, last);
    const first = this.members.pop();
    for (let at = 0, below = this.firstBelow(0); this.isBefore(below, at); below = this.firstBelow(at)) {
      this.swap(at, below);
      at = below;
    }
    return first;
  }

  /** The index of the child that comes first. */
  private firstBelow(at: number): number {
    const [left, right] = [2 * at + 1, 2 * at + 2];
    return this.isBefore(right, left) ? right : left;
  }

  /** Whether one comes before the other; false where either does not exist. */
  private isBefore(one: number, other: number): boolean {
    const [a, b] = [this.members[one], this.members[other]];
    return a !== undefined && b !== undefined && a.order < b.order;
  }

  private swap(one: number, other: number): void {
    const [a, b] = [this.members[one], this.members[other]];
    if (a === undefined || b === undefined) throw new Error("nothing to swap");
    this.members[one] = b;
    this.members[other] = a;
  }
}
