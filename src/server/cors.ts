import { cors } from "@connectrpc/connect";
import { keyHeader, replayHeader } from "../bounds/key-headers.ts";
import type { HttpRequest, HttpResponse } from "./http.ts";
import { requestIdHeader } from "./requests/request-id.ts";

/** Origins of the pages that may read answers in a browser: as it writes them, such as `https://app.example.com`. */
export type Origins = "all" | ReadonlySet<string>;

/** How long a browser may keep what a preflight said, in seconds. Chromium keeps it for no longer. */
const preflightSeconds = 7_200;

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"].join(", ");
const requestHeaders = [
  ...cors.allowedHeaders,
  ...["Authorization", keyHeader, "X-Http-Method-Override", "X-Request-Id", "X-Server-Timeout"],
].join(", ");
const responseHeaders = [
  ...cors.exposedHeaders,
  ...[requestIdHeader, replayHeader, "retry-after", "www-authenticate"],
].join(", ");

/** Marks an answer for the page that asks; true where it was a preflight, which is answered with that. */
export type Cors = (request: HttpRequest, response: HttpResponse) => boolean;

/**
 * Lets pages of other origins read answers (WHATWG Fetch, section 3.2). They bring a credential of their own in each
 * request: what a browser keeps for this origin, as cookies, is never let in.
 */
export function createCors(origins: Origins): Cors {
  return (request, response) => {
    const { origin } = request.headers;
    if (origins === "all") response.setHeader("access-control-allow-origin", "*");
    else {
      if (origins.size > 0) response.setHeader("vary", "origin");
      if (origin === undefined || !origins.has(origin)) return false;
      response.setHeader("access-control-allow-origin", origin);
    }
    response.setHeader("access-control-expose-headers", responseHeaders);
    const isPreflight =
      request.method === "OPTIONS" && request.headers["access-control-request-method"] !== undefined;
    if (!isPreflight) return false;
    response.writeHead(204, {
      "access-control-allow-methods": methods,
      "access-control-allow-headers": requestHeaders,
      "access-control-max-age": `${preflightSeconds}`,
    });
    response.end();
    return true;
  };
}
