/** No caller is brought below so many calls at once. */
const least = 16;
/** What is left of the bound where most calls were too late, and how much larger it is after each that was in time. */
const [part, growth] = [1 / 8, 1 / 4];
/** How much one call counts for whether most are too late. */
const weight = 1 / 16;

/**
 * How many calls one caller may have under way: as many as are allowed, and fewer where most of them come to their deadlines. Who
 * has more under way than are answered in time gets nothing out of them, since each is worked at until nobody waits for it any more.
 */
export class Allowance {
  calls = 0;
  private most: number;
  /** Which part of the calls was too late of late. */
  private lateness = 0;
  /** Calls that are to end before what became of the bound is seen. */
  private unseen = 0;

  constructor(private readonly callsMax: number) {
    this.most = callsMax;
  }

  get isUsedUp(): boolean {
    return this.calls >= this.most;
  }

  /** A call ended in time. */
  inTime(): void {
    this.calls -= 1;
    this.unseen -= 1;
    this.lateness -= this.lateness * weight;
    if (this.most < this.callsMax) this.most = Math.min(this.callsMax, this.most + growth);
  }

  /** A call ended because its time was over. */
  late(): void {
    this.calls -= 1;
    this.unseen -= 1;
    this.lateness += (1 - this.lateness) * weight;
    if (this.lateness <= 0.5 || this.unseen > 0) return;
    // What is not used says nothing of what would be too much.
    const used = Math.min(this.most, this.calls + 1);
    this.most = Math.min(this.callsMax, Math.max(least, used * part));
    this.unseen = this.calls;
  }
}
