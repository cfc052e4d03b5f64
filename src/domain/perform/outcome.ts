import type { HoldChange, Operation } from "../asked-operation.ts";
import type { CommandRefusal } from "../refusal.ts";
import type { Known } from "../verdict.ts";

/** What an operation did, or why it did nothing. */
export type Outcome = Known | CommandRefusal;

/** An operation of one type. */
export type OperationOf<T extends Operation["type"]> = Extract<Operation, { type: T }>;

/** A change of a hold, with the hold's accounts resolved. */
export type ResolvedHoldChange = OperationOf<HoldChange["type"]>;
