/** An organization of Frontier. */
export type FrontierOrganization = {
  readonly id: string;
  readonly name: string;
  /** Empty where it has none. */
  readonly title: string;
  /** As text in UTC, like every time here. */
  readonly createdAt: string;
};

/** A billing account of Frontier. */
export type FrontierAccount = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly address: unknown;
  readonly tax: unknown;
  /** A JSON object as text; null where there is none. */
  readonly metadata: string | null;
  readonly currency: string;
  readonly isActive: boolean;
  /** How low the balance may go, in credits. */
  readonly creditMin: string;
  readonly dueInDays: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The earlier of its own deletion and its organization's. */
  readonly deletedAt: string | null;
};

/** A customer's side of a change of credits; Frontier books it a second time, reversed, on the platform's account. */
export type FrontierTransaction = {
  readonly id: string;
  readonly accountId: string;
  readonly type: string | null;
  /** In lower case. */
  readonly source: string;
  /** In credits, a whole number. */
  readonly amount: string;
  readonly description: string;
  readonly userId: string;
  /** A JSON object as text; null where it is JSON of another kind. */
  readonly metadata: string | null;
  /** What a revert says it gives back; null on everything else. */
  readonly revertOf: string | null;
  /** Null where it is outside the years 1 to 9999. */
  readonly createdAt: string | null;
};

/** A debit of Frontier that a revert may give back. */
export type FrontierUsage = {
  readonly id: string;
  readonly accountId: string;
  readonly amount: string;
};

/** What Frontier's own rows say that an account holds. */
export type FrontierBalance = {
  readonly orgId: string;
  readonly accountId: string;
  readonly balance: string;
};

/** A transaction whose account does not exist any more, so that nobody knows its organization. */
export type FrontierOrphan = {
  readonly id: string;
  readonly accountId: string | null;
  /** How many there are in all. */
  readonly total: string;
};
