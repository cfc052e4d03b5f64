import type { Connection } from "./connection.ts";
import type { HttpRequest, HttpResponse } from "./http.ts";
import type { UnreadAnswer } from "./unread-answer.ts";

/** One who answers requests. A rejection is a bug, and becomes 500 if nothing was answered yet. */
export interface HttpHandler {
  /** @param unread counts what is kept of the answer to an admitted caller, and is bounded once that is there */
  handle(
    request: HttpRequest,
    response: HttpResponse,
    connection: Connection,
    unread: UnreadAnswer,
  ): Promise<void>;
}
