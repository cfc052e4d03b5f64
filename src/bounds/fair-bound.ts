/**
 * A bound that many share, of which each may have as much as is left: one alone half, of several that flood it each the same
 * part, and as large a part is left then for whoever has nothing yet (the dynamic thresholds of Choudhury and Hahne).
 */
export class FairBound {
  taken = 0;

  constructor(private readonly max: number) {}

  /** Whether one who has some of it may take more. Who has none may take all that is left. */
  hasRoom(own: number, more: number): boolean {
    const left = this.max - this.taken;
    return more <= left && (own === 0 || own + more <= left - more);
  }
}
