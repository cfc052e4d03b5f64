import { drizzle } from "drizzle-orm/postgres-js";
import type { Sql } from "postgres";
import { atMost } from "../../bounds/at-most.ts";
import { Places } from "../../bounds/places.ts";
import { connect, open } from "./connection.ts";
import type { DriverQuery } from "./driver-query.ts";
import { ConnectionLost, isReadOnly } from "./errors.ts";
import type { ErrorFields } from "./remote-errors.ts";
import type { Settings } from "./settings.ts";

const openSecondsMax = 5;
/** How long those who are at work on a connection that closes may take to finish. */
const workMsMax = 10_000;
const endSecondsMax = 1;
/**
 * After about so many queries its plans are made anew, between transactions. While a table has no rows all of its indexes cost the same, and a plan of
 * that time may walk through one that lists what an organization has, until somebody analyzes the table: of a new
 * database PostgreSQL does that after a minute.
 */
const plansDiscardedAfter = [32, 256, 2_048, 16_384] as const;
/** So old, in milliseconds, a plan of what reads widely may be: of a table without rows it may read all that an organization has, for each row of another. */
const plansMsMax = 10_000;
/** Both ends keep what they know of each text, PostgreSQL up to 150 KB. */
const textsMax = 256;
/** Past so many nothing more is asked on it. */
const textsEnd = 2 * textsMax;
/** A connection that takes no changes is kept so long at least: those after it would mostly take none either. */
const readOnlyMsMin = 1_000;

/**
 * One connection with settings of its own, from when it opens until it closes; then every query that it has not answered
 * fails. postgres.js would send those that wait over a new connection, without the settings and outside of their
 * transaction, and would write to the old one, which ends the process.
 */
export class Session {
  /** How many are at work on it. */
  users = 0;
  isLost = false;
  /** Whether nobody else gets it meanwhile. */
  isHeld = false;
  /** Known once it is open. */
  isDistributed = false;
  /** Whether it closes once nobody is at work on it. */
  private isRetired = false;
  /** What the database warned of last. */
  warning: ErrorFields | undefined;
  private isOpen = false;
  private asked = 0;
  private plannedAt = performance.now();
  private readonly texts = new Set<string>();
  private discards = 0;
  private readonly begunAt = performance.now();
  private isEnding = false;
  private closing: Promise<void> | undefined;
  private refusing: Promise<void> | undefined;
  private whenUnused: () => void = () => undefined;
  private readonly client: Sql;
  /** Rejects where the connection cannot be made. */
  private readonly opened: Promise<boolean>;
  private readonly unanswered = new Places<DriverQuery>();
  /** When it has answered last. */
  private answeredAt = 0;

  /**
   * `onEnd` is called once, when nobody should begin work on it any more; `onDistributed` when it is open, where the
   * database has Citus.
   */
  constructor(
    url: string,
    settings: Settings,
    private readonly onEnd: () => void,
    onDistributed: () => void = () => undefined,
  ) {
    this.client = connect(url, {
      onclose: () => this.lose(),
      onparameter: () => this.refuseLateConnection(),
      onnotice: (notice) => {
        this.warning = notice;
      },
    });
    // Drizzle tells the driver to leave times and JSON as they are.
    drizzle({ client: this.client });
    this.opened = open(this.client, settings, openSecondsMax);
    this.opened.then(
      (isDistributed) => {
        this.isOpen = true;
        this.isDistributed = isDistributed;
        if (isDistributed) onDistributed();
      },
      () => this.lose(),
    );
  }

  /** Whether it knows so many texts that another connection should take its place. */
  get isWorn(): boolean {
    return this.texts.size > textsMax;
  }

  /** Whether it knows so many that nobody should ask more on it, though there is no other connection yet. */
  get isWornOut(): boolean {
    return this.texts.size > textsEnd;
  }

  /** Works on it once it is open, beside whoever else does. It stays open for as long as that takes. */
  async use<T>(work: (session: Session) => Promise<T>): Promise<T> {
    this.users += 1;
    try {
      if (!this.isOpen) await this.opened;
      this.discardOldPlans();
      return await work(this);
    } finally {
      this.users -= 1;
      if (this.users === 0) this.whenUnused();
      if (this.users === 0 && (this.isRetired || this.isWorn)) void this.close();
    }
  }

  /** Makes plans anew that may be old, between transactions. */
  planAnew(): void {
    if (performance.now() - this.plannedAt > plansMsMax) this.discardPlans();
  }

  /** Sends a query behind those before it. */
  ask(text: string, parameters: readonly unknown[] = []): DriverQuery {
    if (this.isLost) throw new ConnectionLost();
    this.asked += 1;
    this.texts.add(text);
    const query = this.client.unsafe(text, parameters as never[], { prepare: true }) as DriverQuery;
    const place = this.unanswered.add(query);
    const askedAt = performance.now();
    const answered = () => {
      this.unanswered.delete(place);
      const begunAt = Math.max(askedAt, this.answeredAt);
      this.answeredAt = performance.now();
      return this.answeredAt - begunAt;
    };
    query.then(answered, (error: unknown) => {
      query.ranMs = answered();
      // What was the primary takes changes no more. A new connection may reach the one that does.
      if (isReadOnly(error) && performance.now() - this.begunAt > readOnlyMsMin) this.close();
    });
    return query;
  }

  /** What it has not answered. */
  queries(): DriverQuery[] {
    return [...this.unanswered];
  }

  /** Closes the connection once nobody is at work on it, or after some time all the same. */
  close(): Promise<void> {
    this.closing ??= this.closeUnused();
    return this.closing;
  }

  /** Lets nobody else have it. Those who are at work on it may take as long as they need; then it closes. */
  retire(): void {
    this.isRetired = true;
    this.end();
    if (this.users === 0) void this.close();
  }

  /** Gives the connection up, and with it whatever is not answered. */
  lose(): void {
    if (this.isLost) return;
    this.isLost = true;
    this.end();
    for (const query of this.unanswered) {
      query.reject(new ConnectionLost());
      // The driver would open a connection for what it has not sent.
      if (query.state === null) query.cancel();
    }
    this.client.end({ timeout: 0 }).catch(() => undefined);
  }

  private discardOldPlans(): void {
    if (this.asked < (plansDiscardedAfter[this.discards] ?? Number.POSITIVE_INFINITY)) return;
    this.discards += 1;
    this.discardPlans();
  }

  private discardPlans(): void {
    this.plannedAt = performance.now();
    this.ask("discard plans").catch(() => undefined);
  }

  private async closeUnused(): Promise<void> {
    this.end();
    const unused = new Promise<void>((resolve) => {
      this.whenUnused = resolve;
    });
    if (this.users > 0) await atMost(unused, workMsMax, () => undefined);
    await this.client.end({ timeout: endSecondsMax });
    this.lose();
  }

  private end(): void {
    if (this.isEnding) return;
    this.isEnding = true;
    this.onEnd();
  }

  /** Of a connection that it was still trying to make when it was given up, the driver would keep what comes of it. */
  private refuseLateConnection(): void {
    const client = this.client as Sql & { close(): Promise<void> };
    if (this.isLost) this.refusing ??= client.close();
  }
}
