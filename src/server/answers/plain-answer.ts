import { createRegistry } from "@bufbuild/protobuf";
import { Code, type ConnectError } from "@connectrpc/connect";
import { codeToHttpStatus } from "@connectrpc/connect/protocol-connect";
import { file_google_rpc_error_details } from "../../../gen/google/rpc/error_details_pb.ts";
import { explained } from "../../errors/explained.ts";
import type { HttpRequest, HttpResponse } from "../http.ts";
import { refusalJson } from "../status.ts";
import { writtenDetail } from "./written-detail.ts";

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

const registry = createRegistry(file_google_rpc_error_details);

/** Answers with an error as google.rpc.Status in JSON. */
export function sendPlainError(response: HttpResponse, error: ConnectError): void {
  const { code, rawMessage: message, metadata, details } = explained(error);
  for (const [name, value] of metadata) response.setHeader(name, value);
  const written = details.map((detail) => writtenDetail(detail, { registry }));
  const body = `${JSON.stringify({ code, message, details: written })}\n`;
  sendPlain(response, { status: codeToHttpStatus(code), body });
}

/** Answers where nothing is taken but GET and HEAD. */
export function refuseVerb(request: HttpRequest, response: HttpResponse): void {
  response.setHeader("allow", "GET, HEAD");
  const message = `${request.method} is not allowed here`;
  const refusal = { status: 405, code: Code.Unimplemented, reason: "METHOD_NOT_ALLOWED", message } as const;
  sendPlain(response, { status: 405, body: refusalJson(refusal) });
}
