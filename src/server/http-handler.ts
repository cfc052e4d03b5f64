import type { Connection } from "./connection.ts";
import type { HttpRequest, HttpResponse } from "./http.ts";

/** One who answers requests. A rejection is a bug, and becomes 500 if nothing was answered yet. */
export interface HttpHandler {
  handle(request: HttpRequest, response: HttpResponse, connection: Connection): Promise<void>;
}
