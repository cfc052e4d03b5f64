import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { isUuid } from "../../domain/uuid.ts";
import type { Cursor } from "../../store/driver/statements/cursor.ts";
import type { Form } from "../shared/form.ts";
import { type Places, placesByTime as placesByTimeAnd } from "../shared/page-token.ts";
import { momentOf } from "../shared/proto.ts";

/** Rows of a page of the ledger. */
const pageLimits = { rowsDefault: 100, rowsMax: 1_000 };

/** How many rows are asked for. More than a page takes are cut to what it takes, as AIP-158 has it. */
export function pageSizeOf(form: Form, { pageSize }: { readonly pageSize: number }): number {
  if (pageSize < 0) form.refuse("page_size", "must be 0 or more");
  return pageSize === 0 ? pageLimits.rowsDefault : Math.min(pageSize, pageLimits.rowsMax);
}

/** How many of something are asked for: the usual number where none is said, and no more than the most. */
export function countOf(
  form: Form,
  field: string,
  { value, least, usual, most }: { value: number; least: number; usual: number; most: number },
): number {
  if (value !== 0 && value < least) form.refuse(field, `must be ${least} or more`);
  return value === 0 ? usual : Math.min(value, most);
}

/** Places of rows that have a time and a UUID. */
export const placesByTime: Places<Cursor> = placesByTimeAnd(isUuid);

export function placeByTime({ createdAt, id }: { readonly createdAt: Date; readonly id: string }): Cursor {
  return { at: createdAt, id };
}

/** The period between a request's start, inclusive, and its end, exclusive. */
export function periodOf(
  form: Form,
  request: { readonly startTime?: Timestamp | undefined; readonly endTime?: Timestamp | undefined },
): { from: Date | undefined; to: Date | undefined } {
  const from = momentOf(form, "start_time", { timestamp: request.startTime, rounded: "up" });
  const to = momentOf(form, "end_time", { timestamp: request.endTime, rounded: "up" });
  if (from !== undefined && to !== undefined && to < from) form.refuse("end_time", "is before start_time");
  return { from, to };
}

/** Refuses a start that is ahead of the clock, which is the end where a request says none: such a period would run backwards. */
export function requireBegun(form: Form, from: Date | undefined, clock: Date): void {
  if (from !== undefined && clock < from)
    form.refuse("start_time", `is ahead of the database's clock, which says ${clock.toISOString()}`);
}

const usualSpanMs = 86_400_000;
/** Protobuf has no earlier time. */
const earliestMs = Date.parse("0001-01-01T00:00:00Z");

/** The same with both ends: that of the clock where none is said, and a day before it where no start is. */
export function spanOf(
  form: Form,
  request: Parameters<typeof periodOf>[1],
  clock: Date,
): { from: Date; to: Date } {
  const { from, to = clock } = periodOf(form, request);
  if (request.endTime === undefined) requireBegun(form, from, to);
  return { from: from ?? new Date(Math.max(to.getTime() - usualSpanMs, earliestMs)), to };
}

/** The value that a filter's enum stands for; undefined where it is unspecified. */
export function choiceOf<V extends string, M extends number>(
  form: Form,
  field: string,
  of: { value: M; unspecified: M; messages: Readonly<Record<V, M>> },
): V | undefined {
  if (of.value === of.unspecified) return undefined;
  const [choice] =
    (Object.entries(of.messages) as [V, M][]).find(([, message]) => message === of.value) ?? [];
  if (choice === undefined) form.refuse(field, `has no value ${of.value}`);
  return choice;
}
