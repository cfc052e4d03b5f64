import { Code, type ConnectError } from "@connectrpc/connect";
import { codeToHttpStatus } from "@connectrpc/connect/protocol-connect";
import { errorInfo } from "../errors/error-info.ts";
import { reasonOf } from "../errors/explained.ts";
import type { HttpRequest, HttpResponse } from "./http.ts";
import { refusalJson } from "./status.ts";

export interface PlainAnswer {
  readonly status: number;
  readonly contentType?: string;
  readonly body: string;
}

/** Answers a plain HTTP request that is no call. HEAD gets no body, which node sees to. */
export function sendPlain(
  response: HttpResponse,
  { status, contentType = "application/json", body }: PlainAnswer,
): void {
  response.writeHead(status, {
    "content-type": contentType,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
  });
  response.end(body);
}

/** Answers with an error as google.rpc.Status in JSON. */
export function sendPlainError(response: HttpResponse, error: ConnectError): void {
  const { code, rawMessage: message, metadata } = error;
  for (const [name, value] of metadata) response.setHeader(name, value);
  const info = { "@type": "type.googleapis.com/google.rpc.ErrorInfo", ...errorInfo(reasonOf(error)).value };
  const body = `${JSON.stringify({ code, message, details: [info] })}\n`;
  sendPlain(response, { status: codeToHttpStatus(code), body });
}

/** Answers where nothing is taken but GET and HEAD. */
export function refuseVerb(request: HttpRequest, response: HttpResponse): void {
  response.setHeader("allow", "GET, HEAD");
  const message = `${request.method} is not allowed here`;
  const refusal = { status: 405, code: Code.Unimplemented, reason: "METHOD_NOT_ALLOWED", message } as const;
  sendPlain(response, { status: 405, body: refusalJson(refusal) });
}
