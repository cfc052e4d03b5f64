import type { PendingQuery, Row } from "postgres";

/** A query of postgres.js, with what its types do not show. */
export interface DriverQuery extends PendingQuery<Row[]> {
  /** Null until it is handed to the connection. */
  readonly state: unknown;
  /** Whether the connection is at work on it: it is sent, and nothing before it waits for an answer. */
  readonly active: boolean;
  /** What is sent, where it was set before the query began: else the driver makes it of the arguments. */
  parameters?: unknown[];
  /** Once it is handed to the connection: whether that has its statement already. */
  readonly prepared: unknown;
  /** What is true here is not sent any more. */
  cancelled: unknown;
  /** For how long the connection was at work on it, once it has failed. Noted by its session. */
  ranMs?: number;
  canceller(query: DriverQuery): Promise<void>;
  reject(reason: unknown): void;
}
