/** Something that whoever imports should look at. */
export interface Remark {
  readonly about: "organization" | "billing account" | "transaction" | "balance of billing account";
  readonly id: string;
  /** The rest of a sentence that begins with what it is about. */
  readonly says: string;
}

/** Remarks of each weight that are listed; all are counted. */
export const remarksMax = 1_000;

/** Remarks of one weight, of which so many are kept as anyone would read. */
export class Remarks {
  private readonly kept: Remark[] = [];
  private counted = 0;

  add(remark: Remark): void {
    this.counted += 1;
    if (this.kept.length < remarksMax) this.kept.push(remark);
  }

  addAll(remarks: readonly Remark[]): void {
    for (const remark of remarks) this.add(remark);
  }

  /** Counts remarks that were not even made. */
  addUnlisted(count: number): void {
    this.counted += count;
  }

  get list(): readonly Remark[] {
    return this.kept;
  }

  get count(): number {
    return this.counted;
  }
}

/** What an import did, or in a dry run would do. */
export interface ImportReport {
  readonly organizations: { created: number; present: number };
  readonly accounts: { created: number; updated: number; present: number };
  readonly transactions: {
    credit: number;
    charge: number;
    refund: number;
    /** Booked before. */
    present: number;
    /** Of amount 0, which moves nothing. */
    empty: number;
    /** Booked under another time than their own. */
    redated: number;
  };
  readonly balances: {
    /** As there. */
    equal: number;
    /** As there, but for what was booked here beside the import. */
    movedOn: number;
  };
  /** What could not be imported, or came to another balance. */
  readonly refused: Remarks;
  /** What is otherwise here than there. */
  readonly noted: Remarks;
}

export function emptyReport(): ImportReport {
  return {
    organizations: { created: 0, present: 0 },
    accounts: { created: 0, updated: 0, present: 0 },
    transactions: { credit: 0, charge: 0, refund: 0, present: 0, empty: 0, redated: 0 },
    balances: { equal: 0, movedOn: 0 },
    refused: new Remarks(),
    noted: new Remarks(),
  };
}

/** How far an import has come. */
export interface Progress {
  readonly organizations: number;
  readonly organizationsTotal: number;
  readonly transactions: number;
  readonly transactionsTotal: number;
}
