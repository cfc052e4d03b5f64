/** What the page of errors says of a reason. */
export interface DocumentedReason {
  readonly reason: string;
  /** Of google.rpc.Code. */
  readonly code: string;
  readonly httpStatus: number;
  /** When it comes. */
  readonly when: string;
  /** What a caller does about it. */
  readonly advice: string;
}

/**
 * The rows of the tables of docs/errors.md, which a test compares with what is answered.
 *
 * @param page its text
 */
export function documentedReasons(page: string): ReadonlyMap<string, DocumentedReason> {
  const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| (.*) \|$/gm)].map(([, reason = "", rest = ""]) => {
    const [code = "", status, ...cells] = rest.split(" | ");
    const [when = "", advice = ""] = cells.slice(-2).map(withoutLinks);
    return { reason, code, httpStatus: Number(status), when, advice };
  });
  return new Map(rows.map((row) => [row.reason, row]));
}

/** Links lead from where the page is, so their words alone are kept. */
export function withoutLinks(markdown: string): string {
  return markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
}
