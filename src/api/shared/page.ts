import type { ConnectError } from "@connectrpc/connect";
import { bytesOf } from "../../bounds/size.ts";
import { type Portion, portionRowsMax } from "../../store/driver/statements/portion.ts";
import { errorOf } from "./errors.ts";

/** The most bytes of a page. It ends there although more rows were asked for. */
export const pageBytesMax = 3 * 1024 * 1024;

/** A listing, read in the order of its places. */
export interface Listing<R, P, M> {
  readonly rowsMax: number;
  /** Where the page begins: after this place. */
  readonly past: P | undefined;
  /** Reads so many rows after a place; fewer where it has looked at enough rows that do not match. */
  readonly read: (past: P | undefined, rowsMax: number) => Promise<readonly R[] | Portion<R, P>>;
  readonly placeOf: (row: R) => P;
  readonly message: (row: R) => M;
}

/** A page as it is answered. */
export interface Page<P, M> {
  readonly messages: M[];
  /** The place after which the next page begins; undefined where no rows follow. */
  readonly next: P | undefined;
  /** Whether it ends because the next row would be too much for one answer. */
  readonly isCut: boolean;
}

/**
 * Reads a page in several queries, so that little more is read than the answer can hold. A page ends after `rowsMax` rows, or before
 * the row with which it would exceed `pageBytesMax`. It has at least one row, unless a listing that filters has found none so far.
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

/** How many rows the next query reads: as many as there is room for, if they are as large as those before. */
function rowsLeft(bytesPerRow: number, bytesLeft: number): number {
  return Math.max(1, Math.min(portionRowsMax, Math.ceil(bytesLeft / bytesPerRow)));
}

/** The messages of a listing without pages. @throws RESULT_TOO_LARGE where they do not fit into one answer */
export function unpagedOf<P, M>({ messages, next }: Page<P, M>): M[] {
  if (next !== undefined) throw errorOf({ reason: "RESULT_TOO_LARGE", rowsMax: messages.length });
  return messages;
}

/** The messages of a numbered page, which cannot end early. @throws RESULT_TOO_LARGE where they do not fit into one answer */
export function uncutOf<P, M>({ messages, isCut }: Page<P, M>): M[] {
  if (isCut) throw tooLarge(messages.length);
  return messages;
}

/** Messages that are already read, with what else their answer has. @throws RESULT_TOO_LARGE where they do not fit into one answer */
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
