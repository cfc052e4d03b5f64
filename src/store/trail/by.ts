import { type Attempt, onlyAttempt } from "../driver/transactions/attempt.ts";

/** Who does something, and how they asked for it. */
export interface By extends Attempt {
  /** A client id, the subject of a token, or who works on the database itself. */
  readonly actor: string;
  /** With its package, which says by which interface; or a command. */
  readonly methodName: string;
  readonly requestId: string;
  /** Whether the organization's ceilings hold for them. */
  readonly isBounded: boolean;
}

/** Whoever has the database itself, by a command or by starting the service. */
export function operator(methodName: string): By {
  return {
    actor: "operator",
    methodName,
    requestId: "",
    isBounded: false,
    signal: new AbortController().signal,
    once: (name, work) => onlyAttempt.once(name, work),
  };
}
