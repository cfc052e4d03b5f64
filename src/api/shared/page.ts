import type { ConnectError } from "@connectrpc/connect";
import { bytesOf } from "../../bounds/size.ts";
import { type Portion, portionRowsMax } from "../../store/driver/portion.ts";
import { errorOf } from "./errors.ts";

/** Bytes at which a page ends, although more rows were asked for. */
export const pageBytesMax = 3 * 1024 * 1024;

/** One listing, read in the order of its places. */
export interface Listing<R, P, M> {
  readonly rowsMax: number;
  /** Where the page begins: after this place. */
  readonly past: P | undefined;
  /** Reads so many rows after a place, or fewer where it has looked at enough. */
  readonly read: (past: P | undefined, rowsMax: number) => Promise<readonly R[] | Portion<R, P>>;
  readonly placeOf: (row: R) => P;
  readonly message: (row: R) => M;
}

/** A page as it is answered. */
export interface Page<P, M> {
  readonly messages: M[];
  /** The place that it was read to where more may follow. */
  readonly next: P | undefined;
  /** Whether it ends because the next row would be too much for one answer. */
  readonly isCut: boolean;
}

/**
 * Reads a page in queries that hold no more than the answer can take: a page ends after `rowsMax` rows, or before the row
 * with which it would have more than `pageBytesMax` bytes. It has one row at least, but where a listing that is looked through
 * has shown none so far.
 */
export async function readPage<R, P, M>(listing: Listing<R, P, M>): Promise<Page<P, M>> {
  const { rowsMax, read, placeOf, message } = listing;
  const messages: M[] = [];
  let bytes = 0;
  let place = listing.past;
  for (let wanted = portionRowsMax; ; wanted = rowsLeft(bytes / messages.length, pageBytesMax - bytes)) {
    // One more than the page takes tells whether another page follows.
    const asked = Math.min(wanted, rowsMax + 1 - messages.length);
    const portion = await read(place, asked);
    const { rows, lookedTo } = "lookedTo" in portion ? portion : { rows: portion, lookedTo: undefined };
    for (const row of rows) {
      if (messages.length === rowsMax) return { messages, next: place, isCut: false };
      const shown = message(row);
      bytes += bytesOf(shown);
      if (messages.length > 0 && bytes > pageBytesMax) return { messages, next: place, isCut: true };
      messages.push(shown);
      place = placeOf(row);
    }
    if (rows.length < asked) return { messages, next: lookedTo, isCut: false };
  }
}

/** How many rows the next query reads: no more than there is room for, should they be like those before. */
function rowsLeft(bytesPerRow: number, bytesLeft: number): number {
  return Math.max(1, Math.min(portionRowsMax, Math.ceil(bytesLeft / bytesPerRow)));
}

/** The messages of a listing that has no pages. RESULT_TOO_LARGE where they do not fit one answer. */
export function unpagedOf<P, M>({ messages, next }: Page<P, M>): M[] {
  if (next !== undefined) throw errorOf({ reason: "RESULT_TOO_LARGE", rowsMax: messages.length });
  return messages;
}

/** The messages of a page by number, which cannot end early. RESULT_TOO_LARGE where they do not fit one answer. */
export function uncutOf<P, M>({ messages, isCut }: Page<P, M>): M[] {
  if (isCut) throw tooLarge(messages.length);
  return messages;
}

/** The same for messages that are at hand, and what else their answer has. */
export function fitting<M>(messages: M[], beside: readonly unknown[] = []): M[] {
  let bytes = bytesOf(beside);
  const cut = messages.findIndex((each) => {
    bytes += bytesOf(each);
    return bytes > pageBytesMax;
  });
  if (cut >= 0) throw tooLarge(cut);
  return messages;
}

function tooLarge(rowsMax: number): ConnectError {
  const message = `only ${rowsMax} of the records asked for fit an answer; ask for fewer at once`;
  return errorOf({ reason: "RESULT_TOO_LARGE", rowsMax }, { message });
}
