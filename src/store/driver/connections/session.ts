import { drizzle } from "drizzle-orm/postgres-js";
import type { Sql } from "postgres";
import { atMost } from "../../../bounds/at-most.ts";
import { Places } from "../../../bounds/places.ts";
import { ConnectionLost, isReadOnly } from "../errors.ts";
import type { DriverQuery } from "../queries/driver-query.ts";
import type { ErrorFields } from "../remote-errors.ts";
import { connect, open } from "./connection.ts";
import type { Settings } from "./settings.ts";

const openSecondsMax = 5;
/** How long users of a connection may go on after it was asked to close. */
const workMsMax = 10_000;
const endSecondsMax = 1;
/**
 * The plans of a session are discarded, between transactions, when they are as old as it was when they were made, within these
 * milliseconds: by the clock, or by the time in which it was at work, for who has been idle for an hour may be asked to fill an empty
 * table. As long as a table has few rows all of its indexes cost the same, and a plan made then may go through all rows of an
 * organization, or be a nested loop over all rows, until the table is analyzed: PostgreSQL does that a minute after the first
 * rows. Planned anew it sees how large the table has grown.
 */
const [plansMsMin, plansMsMax] = [250, 10_000];
/** A session with more statement texts is replaced: both ends keep each text, PostgreSQL with up to 150 KB. */
const textsMax = 256;
/** With more texts than this, nothing more is asked on a session. */
const textsEnd = 2 * textsMax;
/** A read-only connection is kept at least so long: the ones after it would mostly be read only, too. */
const readOnlyMsMin = 1_000;

/**
 * One connection with its settings, from when it opens until it closes. When it closes, all queries that it has not answered fail.
 * postgres.js by itself would send those that wait over a new connection, without the settings and outside of their transaction;
 * and it would write to the closed one, which ends the process.
 */
export class Session {
  /** How many users work on it now. */
  users = 0;
  isLost = false;
  /** Whether somebody has it alone. */
  isHeld = false;
  /** Known once it is open. */
  isDistributed = false;
  /** Whether it closes as soon as nobody works on it. */
  private isRetired = false;
  /** The last warning of the database. */
  warning: ErrorFields | undefined;
  private isOpen = false;
  private plannedAt = performance.now();
  /** For how long the connection has been at work on queries, and had been when the plans were discarded. */
  private workedMs = 0;
  private plannedWorkedMs = 0;
  private readonly texts = new Set<string>();
  private readonly begunAt = performance.now();
  private isEnding = false;
  private closing: Promise<void> | undefined;
  private refusing: Promise<void> | undefined;
  private whenUnused: () => void = () => undefined;
  private readonly client: Sql;
  /** Rejects where the connection cannot be made. */
  private readonly opened: Promise<boolean>;
  private readonly unanswered = new Places<DriverQuery>();
  /** When the last answer came. */
  private answeredAt = 0;

  /**
   * @param onEnd called once, when nobody should begin work on it any more
   * @param onDistributed called when it has opened, where the database has Citus
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
    // What is bound is text already, or reads as such.
    this.client.options.serializers = {};
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

  /** Whether it has so many texts that another connection should take its place. */
  get isWorn(): boolean {
    return this.texts.size > textsMax;
  }

  /** Whether it has so many texts that nothing more should be asked on it, even where there is no other connection yet. */
  get isWornOut(): boolean {
    return this.texts.size > textsEnd;
  }

  /** Runs `work` once it is open, concurrently with that of others. It stays open as long as that takes. */
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

  /** Sends a query behind those that were sent before. */
  ask(text: string, parameters: readonly unknown[] = []): DriverQuery {
    if (this.isLost) throw new ConnectionLost();
    this.texts.add(text);
    const query = queryOf(this.client, text, parameters);
    const place = this.unanswered.add(query);
    const askedAt = performance.now();
    const answered = () => {
      this.unanswered.delete(place);
      const begunAt = Math.max(askedAt, this.answeredAt);
      this.answeredAt = performance.now();
      const ranMs = this.answeredAt - begunAt;
      this.workedMs += ranMs;
      return ranMs;
    };
    query.then(answered, (error: unknown) => {
      query.ranMs = answered();
      // The former primary takes no changes any more. A new connection may reach the new one.
      if (isReadOnly(error) && performance.now() - this.begunAt > readOnlyMsMin) this.close();
    });
    return query;
  }

  /** The queries that it has not answered. */
  queries(): DriverQuery[] {
    return [...this.unanswered];
  }

  /** Closes the connection once nobody works on it, and after some time at the latest. */
  close(): Promise<void> {
    this.closing ??= this.closeUnused();
    return this.closing;
  }

  /** Gives it to nobody else. It closes once those who work on it are done, however long they take. */
  retire(): void {
    this.isRetired = true;
    this.end();
    if (this.users === 0) void this.close();
  }

  /** Gives the connection up at once: all queries that it has not answered fail. */
  lose(): void {
    if (this.isLost) return;
    this.isLost = true;
    this.end();
    for (const query of this.unanswered) {
      query.reject(new ConnectionLost());
      // The driver would open another connection for a query that it has not sent.
      if (query.state === null) query.cancel();
    }
    this.client.end({ timeout: 0 }).catch(() => undefined);
  }

  private discardOldPlans(): void {
    const now = performance.now();
    const { plannedAt, begunAt, workedMs, plannedWorkedMs } = this;
    if (!isOld(now - plannedAt, plannedAt - begunAt) && !isOld(workedMs - plannedWorkedMs, plannedWorkedMs))
      return;
    this.plannedAt = now;
    this.plannedWorkedMs = workedMs;
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

  /** Closes a connection that opens only after it was given up. The driver would keep it open. */
  private refuseLateConnection(): void {
    const client = this.client as Sql & { close(): Promise<void> };
    if (this.isLost) this.refusing ??= client.close();
  }
}

/** Whether plans of an age are to be discarded that were made at another one. */
function isOld(ageMs: number, madeAtMs: number): boolean {
  return ageMs >= Math.min(Math.max(plansMsMin, madeAtMs), plansMsMax);
}

/**
 * A query, prepared where it has parameters. The driver finds a prepared statement by the types of its arguments and the text, which it
 * joins and hashes anew each time; without arguments it is the text as it stands. So what has no type of its own is bound past them.
 */
function queryOf(client: Sql, text: string, parameters: readonly unknown[]): DriverQuery {
  if (parameters.some((value) => typeof value === "object" && value !== null))
    throw new TypeError("a parameter is an object, of which there is no text");
  const isUntyped = parameters.every(
    (value) => value === null || typeof value === "string" || typeof value === "number",
  );
  if (!isUntyped || parameters.length === 0)
    return client.unsafe(text, parameters as never[], { prepare: true }) as DriverQuery;
  // Without arguments the driver does not wait until a statement is prepared: each query that is sent meanwhile would prepare it once
  // more, and the session keep all of them. What is false here has the next ones wait for the answer to this one.
  const options = { prepare: true, simple: false, onexecute: () => query.prepared };
  const query = client.unsafe(text, [], options) as DriverQuery;
  query.parameters = [...parameters];
  return query;
}
