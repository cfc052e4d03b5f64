import { countMax } from "./arguments.ts";
import type { Surroundings } from "./surroundings.ts";

/** One page of a list: its rows, and the token by which the next one begins; empty after the last. */
interface Page<T> {
  readonly rows: readonly T[];
  readonly next: string;
}

/** The rows of all pages. */
export async function everyPage<T>(page: (token: string) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  for (let token = ""; ; ) {
    const { rows, next } = await page(token);
    all.push(...rows);
    if (next === "") return all;
    token = next;
  }
}

/** As many as the service answers at once. */
const pageRowsMax = 1_000;

/** The first rows of a list, of as many pages as it takes. Says on standard error where there may be more. */
export async function firstRows<T>(
  limit: number,
  { stderr }: Pick<Surroundings, "stderr">,
  page: (asked: { readonly pageSize: number; readonly pageToken: string }) => Promise<Page<T>>,
): Promise<{ readonly rows: T[]; readonly nextPageToken: string }> {
  const rows: T[] = [];
  let pageToken = "";
  do {
    const answer = await page({ pageSize: Math.min(limit - rows.length, pageRowsMax), pageToken });
    rows.push(...answer.rows);
    pageToken = answer.next;
  } while (pageToken !== "" && rows.length < limit);
  if (pageToken !== "") stderr.write(`tallystick: these are ${limit}; ${whereToGoOn(limit)}\n`);
  return { rows, nextPageToken: pageToken };
}

function whereToGoOn(limit: number): string {
  return limit < countMax
    ? "a larger --limit shows what follows"
    : "one command lists no more; REST goes on with the rest, page by page";
}
