/** A customer as a request names it. It is resolved only after the key has been looked up (ledger/resolve.ts). */
export interface CustomerName {
  readonly text: string;
  /** What the text may be. */
  readonly as: "id" | "id or email" | "group" | "id, email or group";
}

/** A name of a customer that is not an id, and what it may be. */
export interface NameQuery {
  readonly text: string;
  readonly as: "email" | "group" | "either";
}

/** The customers that a name means and has meant. */
export interface ResolvedName {
  /** Who has the name now: an active customer before a disabled one, then the newest; undefined where nobody has it. */
  readonly id: string | undefined;
  /** Everybody who ever had it, deleted customers included. */
  readonly everNamed: readonly string[];
}

/** A customer that a request names, resolved. */
export interface CustomerRef {
  readonly text: string;
  /** Who has the name; undefined where nobody has it. */
  readonly id: string | undefined;
  /** Everybody who ever had it. */
  readonly everNamed: readonly string[];
}
