import { isIP } from "node:net";

/** Longer than an address with its port. */
const nodeCharactersMax = 64;
/** Of a Forwarded header, which is read from its beginning. Strangers write there, and so may make it useless to themselves. */
const forwardedCharactersMax = 4_096;

/** The addresses that proxies have noted, the latest first; undefined for what is none. */
export function* forwardedAddresses(
  header: "x-forwarded-for" | "forwarded",
  value: string | readonly string[] | undefined,
): Iterable<string | undefined> {
  if (value === undefined) return;
  const text = String(value);
  const nodes = header === "forwarded" ? nodesInForwarded(text) : nodesInList(text);
  for (const node of nodes) yield addressIn(node);
}

function* nodesInList(text: string): Iterable<string> {
  for (let end = text.length; end >= 0; ) {
    const comma = end === 0 ? -1 : text.lastIndexOf(",", end - 1);
    yield text.slice(comma + 1, end);
    end = comma;
  }
}

const pair = /[ \t]*([!#$%&'*+.^_`|~\w-]+)=(?:([!#$%&'*+.^_`|~\w-]+)|"((?:[^"\\]|\\.)*)")[ \t]*([;,]|$)/gy;

/** The `for` of each element (RFC 7239, section 4), the last first; none where the header is malformed. */
function nodesInForwarded(text: string): string[] {
  if (text.length > forwardedCharactersMax) return [];
  const nodes: string[] = [];
  let node = "";
  let end = 0;
  for (const [whole, name = "", token, quoted = "", delimiter] of text.matchAll(pair)) {
    end += whole.length;
    if (name.toLowerCase() === "for") node = token ?? quoted;
    if (delimiter === ";") continue;
    nodes.push(node);
    node = "";
    if (delimiter === "") break;
  }
  return end === text.length ? nodes.reverse() : [];
}

/** The address of `192.0.2.1`, `192.0.2.1:4711`, `[2001:db8::1]:4711` and the like. */
function addressIn(node: string): string | undefined {
  if (node.length > nodeCharactersMax) return undefined;
  const text = node.trim();
  const [, v6, v4] = /^\[([\da-f:.]+)\](?::\d+)?$|^([\d.]+):\d+$/i.exec(text) ?? [];
  const address = v6 ?? v4 ?? text;
  return isIP(address) > 0 && !address.includes("%") ? address : undefined;
}
