/**
 * Tells the origin of an authority, or undefined for one that cannot be. One is remembered: a client names the same each time,
 * and so do nearly all.
 */
export function rememberOrigin(): (authority: string) => string | undefined {
  let last: { readonly authority: string; readonly origin: string } | undefined;
  return (authority) => {
    if (last?.authority === authority) return last.origin;
    const base = `http://${authority}`;
    if (!URL.canParse(base)) return undefined;
    last = { authority, origin: new URL("/", base).href.slice(0, -1) };
    return last.origin;
  };
}
