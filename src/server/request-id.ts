import { randomBytes } from "node:crypto";
import type { HttpRequest, HttpResponse } from "./http.ts";

/** The header, of requests and of responses, that a caller and the log know a request by. */
export const requestIdHeader = "x-request-id";

/**
 * Gives the request an id: its own if that is 1 to 128 visible ASCII characters, else a new UUIDv7. The id
 * stands in the request's header for whoever handles it, and goes back in the response's.
 */
export function identify(request: HttpRequest, response: HttpResponse): string {
  const given = request.headers[requestIdHeader];
  const id = typeof given === "string" && /^[!-~]{1,128}$/.test(given) ? given : uuidv7(Date.now());
  request.headers[requestIdHeader] = id;
  response.setHeader(requestIdHeader, id);
  return id;
}

/** A UUID of version 7 (RFC 9562, section 5.7): 48 bits of Unix time in milliseconds, then random bits. */
function uuidv7(unixMs: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(unixMs, 0, 6);
  bytes.writeUInt8(0x70 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
