import { recordsMax } from "../../store/driver/statements/counting.ts";
import { errorOf } from "../shared/errors.ts";
import type { Form } from "../shared/form.ts";
import { type Asking, pageInTurn } from "../shared/in-turn.ts";
import { fitting, uncutOf } from "../shared/page.ts";

/** Which rows of a listing to answer. */
export interface NumberedPage {
  readonly offset: number;
  readonly rowsMax: number;
}

/** Where one read of a page begins: so many rows on, or after a row that was read, whatever has come before it since. */
export interface Window<P> extends NumberedPage {
  readonly past: P | undefined;
}

/** What a listing may say about its page. */
export interface PageRequest {
  readonly all: boolean;
  readonly size: number;
  readonly page: number;
}

const pageLimits = { rowsDefault: 20, rowsMax: 1_000 };
const allRowsMax = 10_000;
export const allOnOnePage: NumberedPage = { offset: 0, rowsMax: allRowsMax };

/** The page of a request. Pages are numbered from 1 on, and `all` outdoes their size and number. */
export function numberedPage(form: Form, request: PageRequest): NumberedPage {
  const rowsMax = form.pageSize("size", request.size, pageLimits);
  if (request.page < 0) form.refuse("page", "must be 1 or more");
  if (request.all) return allOnOnePage;
  const offset = (Math.max(1, request.page) - 1) * rowsMax;
  if (offset >= recordsMax)
    form.refuse("page", `lies past the first ${recordsMax} records; narrow the listing`);
  return { offset, rowsMax };
}

/** Refuses a listing of all that does not fit one answer. */
export function requireAll(request: Pick<PageRequest, "all">, total: number): void {
  if (!request.all || total <= allRowsMax) return;
  const message = `there are ${total} records, and at most ${allRowsMax} fit an answer; ask with size and page`;
  throw errorOf({ reason: "RESULT_TOO_LARGE", rowsMax: allRowsMax }, { message });
}

/** The messages of a page, in reads that hold no more than the answer can take. No row is in it twice. */
export async function numberedMessages<T, P, M>(
  asking: Asking,
  { offset, rowsMax }: NumberedPage,
  of: {
    read: (window: Window<P>) => Promise<readonly T[]>;
    placeOf: (row: T) => P;
    message: (row: T) => M;
  },
): Promise<M[]> {
  const { placeOf, message } = of;
  const read = (past: P | undefined, rows: number) =>
    of.read({ offset: past === undefined ? offset : 0, past, rowsMax: rows });
  return uncutOf(await pageInTurn(asking, { rowsMax, past: undefined, read, placeOf, message }));
}

/** The rows of a page, of a listing that is at hand. */
export function rowsOf<T>(rows: readonly T[], { offset, rowsMax }: NumberedPage): readonly T[] {
  return rows.slice(offset, offset + rowsMax);
}

/** The messages of a page, of a listing that is at hand. RESULT_TOO_LARGE where they do not fit one answer. */
export function messagesOf<T, M>(rows: readonly T[], page: NumberedPage, message: (row: T) => M): M[] {
  return fitting(rowsOf(rows, page).map(message));
}
