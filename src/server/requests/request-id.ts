import { randomUUID } from "node:crypto";
import type { Logger } from "pino";
import type { LoggedCall } from "../../errors/unexpected.ts";
import type { HttpRequest, HttpResponse } from "../http.ts";

/** The header, of requests and of responses, that a caller and the log know a request by. */
export const requestIdHeader = "x-request-id";

/**
 * Gives the request an id. The id stands in the request's header for whoever handles it, and goes back in the
 * response's.
 */
export function identify(request: HttpRequest, response: HttpResponse): string {
  const id = requestIdOf(request.headers[requestIdHeader]);
  request.headers[requestIdHeader] = id;
  response.setHeader(requestIdHeader, id);
  return id;
}

/** The id that the caller gave, if that is 1 to 128 visible ASCII characters, else a new UUIDv7. */
export function requestIdOf(given: string | string[] | undefined): string {
  return typeof given === "string" && /^[!-~]{1,128}$/.test(given) ? given : uuidv7(Date.now());
}

/** A call, as the log knows it by its headers. */
export function loggedCallOf(log: Logger, header: Headers, method: string): LoggedCall {
  return { log, requestId: header.get(requestIdHeader) ?? "", method };
}

/** The first half of UUIDs of version 7. To make one takes as long as the rest, and all calls of a millisecond have it in common. */
class TimeHalf {
  #unixMs = Number.NaN;
  #text = "";

  at(unixMs: number): string {
    if (unixMs !== this.#unixMs) {
      const time = unixMs.toString(16).padStart(12, "0");
      this.#unixMs = unixMs;
      this.#text = `${time.slice(0, 8)}-${time.slice(8)}-7`;
    }
    return this.#text;
  }
}

const timeHalf = new TimeHalf();

/**
 * A UUID of version 7 (RFC 9562, section 5.7): 48 bits of Unix time in milliseconds, then random bits: those of a
 * version 4, of which node keeps a store, so that a call does not wait for the system's.
 */
function uuidv7(unixMs: number): string {
  return timeHalf.at(unixMs) + randomUUID().slice(15);
}
