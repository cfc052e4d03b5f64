import {
  type BalanceCurve,
  type BalanceState,
  curveOf,
  evenTimes,
  stateAt,
} from "../../domain/balance-history/balance-curve.ts";
import type { LimitHistory } from "../../domain/balance-history/limit-history.ts";
import type { Span } from "../../domain/balance-history/round-step.ts";
import type { Database } from "../driver/database.ts";
import { AccountChanges, nothing } from "./account-changes.ts";
import { LimitChanges } from "./limit-changes.ts";
import { type AccountBooks, untilFinal } from "./moments.ts";
import { settledAccount } from "./settled-account.ts";
import type { Settler } from "./settler.ts";

/** Changes, and holds that expired, that one answer tells each for itself: the time of this process, some 5 µs each. */
const changesMax = 5_000;

/** What customers' balances were in the past: what was posted, held and available, and how low they could go. */
export class BalanceHistory {
  private readonly changes: AccountChanges;
  private readonly limits: LimitChanges;

  constructor(
    private readonly database: Database,
    private readonly settler: Settler,
  ) {
    this.changes = new AccountChanges(database);
    this.limits = new LimitChanges(database);
  }

  /** As of a moment as of which nothing changes any more, of an account that was settled since. */
  async asOf(
    { accountId, ...books }: AccountBooks & { readonly accountId: string | undefined },
    at: Date,
    signal?: AbortSignal,
  ): Promise<BalanceState> {
    const limits = await this.limits.of(books, signal);
    const [state] = await this.statesAt({ books, accountId, limits, moments: [at] }, signal);
    if (state === undefined) throw new Error("a moment without a state");
    return state;
  }

  /**
   * Over a span that does not end ahead of the clock. Where more was done than a look goes through, points are found each by
   * itself, and nothing is known of what was between them.
   */
  async curve(
    books: AccountBooks,
    of: { span: Span; clock: Date; pointsMax: number },
    signal?: AbortSignal,
  ): Promise<BalanceCurve> {
    const { span, clock, pointsMax } = of;
    await untilFinal(this.database, books, { at: span.to, clock }, signal);
    const accountId = await this.accountId(books, signal);
    const limits = await this.limits.of(books, signal);
    const none = { span, before: undefined, changes: [], expiries: [], limits };
    if (accountId === undefined) return curveOf(none, pointsMax);
    const which = { orgId: books.orgId, accountId };
    const done = await this.doneIn(which, span, signal);
    if (done !== undefined) return curveOf({ span, ...done, limits }, pointsMax);
    const { times, step } = evenTimes(span, pointsMax);
    const states = await this.statesAt({ books, accountId, limits, moments: times }, signal);
    return { points: states.map((state) => ({ ...state, lowest: null })), step };
  }

  private async accountId(books: AccountBooks, signal?: AbortSignal): Promise<string | undefined> {
    const { database, settler } = this;
    return (await settledAccount({ database, settler }, books, signal))?.id;
  }

  /** All that was done in a span, with what it began with; undefined where that is more than is looked at. */
  private async doneIn(
    which: { orgId: string; accountId: string },
    { from, to }: Span,
    signal?: AbortSignal,
  ) {
    const [first = nothing, last = nothing] = await this.changes.newest(which, [from, to], signal);
    if (last.sequence - first.sequence > changesMax) return undefined;
    const rowsMax = changesMax + 1;
    const changes = await this.changes.list({ ...which, after: from, until: to, rowsMax }, signal);
    const before = first.change;
    const doneAt = [before, ...changes].flatMap((change) => change?.doneAt.getTime() ?? []);
    // What was done later than it is dated leaves out what had expired by then.
    const after = new Date(Math.min(from.getTime(), ...doneAt.slice(0, 1)));
    const until = new Date(doneAt.reduce((latest, each) => Math.max(latest, each), to.getTime()));
    const expiries = await this.changes.expiries({ ...which, after, until, rowsMax }, signal);
    const isCut = [changes, expiries].some(({ length }) => length > changesMax);
    return isCut ? undefined : { before, changes, expiries };
  }

  private async statesAt(
    of: {
      books: AccountBooks;
      accountId: string | undefined;
      limits: LimitHistory;
      moments: readonly Date[];
    },
    signal?: AbortSignal,
  ): Promise<BalanceState[]> {
    const { books, accountId, limits, moments } = of;
    const newest =
      accountId === undefined
        ? moments.map(() => nothing)
        : await this.changes.newest({ orgId: books.orgId, accountId }, moments, signal);
    return moments.map((at, index) => stateAt(at, { ...(newest[index] ?? nothing), limits }));
  }
}
