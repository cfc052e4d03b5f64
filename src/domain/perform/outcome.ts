import type { Known, Operation } from "../command.ts";
import type { CommandRefusal } from "../refusal.ts";

/** What an operation did, or why it did nothing. */
export type Outcome = Known | CommandRefusal;

/** An operation of one type. */
export type OperationOf<T extends Operation["type"]> = Extract<Operation, { type: T }>;
