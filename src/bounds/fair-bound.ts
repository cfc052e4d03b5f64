/**
 * A bound that many share. Nobody may have more than is left: one alone gets half, and two that flood it get a third each,
 * with a third left for whoever comes next (the dynamic thresholds of Choudhury and Hahne).
 */
export class FairBound {
  taken = 0;

  constructor(private readonly max: number) {}

  /** Whether somebody who has `own` of it may take `more`. Whoever has nothing yet may take all that is left. */
  hasRoom(own: number, more: number): boolean {
    const left = this.max - this.taken;
    return more <= left && (own === 0 || own + more <= left - more);
  }
}
