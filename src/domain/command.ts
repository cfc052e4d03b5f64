import type { AskedOperation, Operation } from "./asked-operation.ts";
import type { NonEmpty } from "./non-empty.ts";

/** Who asked for a command, as the journal and the record of refusals keep it. */
export interface Requester {
  /** The client id of a credential, or the subject of a token. */
  readonly actor: string;
  readonly requestId: string;
  /** Whether the organization's ceilings apply: they do to everybody but admins. */
  readonly isBounded: boolean;
  /** Identifies the call to whoever observes batches. */
  readonly call?: object;
}

interface CommandOf<O> {
  readonly orgId: string;
  readonly operations: NonEmpty<O>;
  /** Whether it is decided and not done. */
  readonly dryRun: boolean;
  /** Whether known and new operations may stand in one command. Else all of its operations must be new, or all known. */
  readonly skipKnown?: boolean;
  /** Whether the caller completes and repeats the command where a key is known with other content. */
  readonly asksAgain?: boolean;
  /** Whether the organization is disabled: nothing new is done, and known operations are answered. */
  readonly isSuspended?: boolean;
  readonly by: Requester;
}

/** Operations that are done all together or not at all. */
export type AskedCommand = CommandOf<AskedOperation>;
export type Command = CommandOf<Operation>;
