import { keyHeader } from "../../bounds/key-headers.ts";

/** Fields that say where a request goes, who sends it, and under which key. */
const single: readonly string[] = ["host", "authorization", keyHeader];
/** Of their names, so that of most fields nothing else is looked at. */
const lengths: ReadonlySet<number> = new Set(single.map((name) => name.length));

/**
 * The name of a field that a request has twice although it may have one (RFC 9110, sections 7.2 and 11.6.2): node drops the
 * second, or joins both to another value, and what stands before this server may have gone by either.
 *
 * @param rawHeaders names and values in turn
 */
export function repeatedHeader(rawHeaders: readonly string[]): string | undefined {
  let seen = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const raw = rawHeaders[index] ?? "";
    if (!lengths.has(raw.length)) continue;
    const name = raw.toLowerCase();
    const place = single.indexOf(name);
    if (place < 0) continue;
    if ((seen & (1 << place)) !== 0) return name;
    seen |= 1 << place;
  }
  return undefined;
}
