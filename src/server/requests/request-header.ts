import type { IncomingHttpHeaders } from "node:http2";

/**
 * The fields of a request, without HTTP/2's pseudo-headers.
 *
 * @throws TypeError for what cannot be a field of HTTP
 */
export function requestHeader(headers: IncomingHttpHeaders): Headers {
  const header = new Headers();
  for (const name in headers) {
    const value = headers[name];
    if (name.startsWith(":") || value === undefined) continue;
    if (typeof value === "string") header.append(name, value);
    else for (const each of value) header.append(name, each);
  }
  return header;
}
