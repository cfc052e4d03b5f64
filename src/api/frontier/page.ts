/** Rows of a page; and of an answer to a request that asks for no page. */
export const pageLimits = { rowsDefault: 10_000, rowsMax: 10_000 };

/** Whether a request is of the newer clients, which ask for pages. The others get everything or a refusal. */
export function isPaged(request: { readonly pageSize: number; readonly pageToken: string }): boolean {
  return request.pageSize > 0 || request.pageToken !== "";
}
