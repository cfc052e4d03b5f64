/** A record about many events: how many of each kind, and the first few names that they concern. */
export type SummaryRecord = Readonly<Record<string, number | readonly string[]>>;

const windowMs = 1_000;
const namesMax = 5;

/**
 * Writes at most one record a second about events that strangers can cause thousands of times a second: the first event at
 * once, those of the following second together.
 */
export class Summary<Kind extends string = string> {
  private counts = new Map<Kind, number>();
  /** Events of each kind since the start. */
  readonly totals = new Map<Kind, number>();
  private names = new Map<string, Set<string>>();
  private isQuiet = true;

  constructor(private readonly write: (record: SummaryRecord) => void) {}

  /** Counts an event. `concerned` has the names to list, by the field of the record that lists them. */
  note(kind: Kind, concerned: Readonly<Record<string, string | undefined>>): void {
    for (const counts of [this.counts, this.totals]) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    for (const [list, name] of Object.entries(concerned)) if (name !== undefined) this.list(list, name);
    if (this.isQuiet) this.tell();
  }

  private list(list: string, name: string): void {
    const names = this.names.get(list) ?? new Set();
    if (names.size < namesMax) names.add(name);
    this.names.set(list, names);
  }

  private tell(): void {
    this.isQuiet = this.counts.size === 0;
    if (this.isQuiet) return;
    const lists = [...this.names].map(([list, names]) => [list, [...names]] as const);
    const record = Object.fromEntries<number | readonly string[]>([...this.counts, ...lists]);
    this.counts = new Map();
    this.names = new Map();
    setTimeout(() => this.tell(), windowMs).unref();
    this.write(record);
  }
}
