import type { UnreadAnswer } from "./answers/unread-answer.ts";
import type { Connection } from "./connections/connection.ts";
import type { HttpRequest, HttpResponse } from "./http.ts";
import type { HttpCall } from "./http-call.ts";

/** One who answers requests. A rejection is a bug, and becomes 500 if nothing was answered yet. */
export interface HttpHandler {
  /**
   * @param unread counts what is kept of the answer to an admitted caller, and is bounded once that is there
   * @param call is told what is called and why it fails; it finds out by itself when it has ended
   */
  handle(
    request: HttpRequest,
    response: HttpResponse,
    connection: Connection,
    unread: UnreadAnswer,
    call: HttpCall,
  ): Promise<void>;
}
