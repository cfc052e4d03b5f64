import { partOf } from "../../../bounds/part.ts";

/** Connections that one process holds open at the most. */
export interface ConnectionShares {
  /** For whatever is not found by keys. */
  readonly wide: number;
  /** For the look-ups of every call. */
  readonly keyed: number;
  /** For finding out who is calling. */
  readonly callers: number;
  /** On which the transactions of batches follow each other. */
  readonly lanes: number;
}

/** Of a process that serves alone. */
export const allConnections: ConnectionShares = { wide: 16, keyed: 5, callers: 2, lanes: 3 };

/** While a batch waits on one lane for what somebody else has locked, the others go on on another. */
const lanesMin = 2;

/** What one of so many processes has of them. */
export function connectionsOfOne(processes: number): ConnectionShares {
  const { wide, keyed, callers, lanes } = allConnections;
  return {
    wide: partOf(wide, processes),
    keyed: partOf(keyed, processes),
    callers: partOf(callers, processes),
    lanes: Math.max(lanesMin, partOf(lanes, processes)),
  };
}
