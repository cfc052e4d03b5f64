import { Code } from "@connectrpc/connect";
import type { UniversalHandler, UniversalServerResponse } from "@connectrpc/connect/protocol";
import { errorToJson } from "@connectrpc/connect/protocol-connect";
import { suggestion } from "../../bounds/suggestion.ts";
import { shortenedText } from "../../errors/shortened.ts";
import type { HttpRequest, HttpResponse } from "../http.ts";
import { reasoned } from "../reasoned.ts";
import { percentDecode } from "../requests/percent.ts";
import type { Refusal } from "../status.ts";
import { grpcRefusal } from "./grpc-refusal.ts";

const pathCharactersMax = 200;

/** A path that is no method's; `known` are those that are. */
export function unknownRpc(path: string, known: readonly string[]): Refusal {
  const asked = JSON.stringify(shortenedText(percentDecode(path) ?? path, pathCharactersMax));
  return {
    status: 404,
    code: Code.Unimplemented,
    reason: "RPC_NOT_FOUND",
    message: `there is no method ${asked}${suggestedMethod(path, known)}`,
  };
}

/**
 * The path that the caller probably meant, as the end of a sentence: a similar one, the same with `Service` added to the
 * name of its service, or the only one with this method.
 */
function suggestedMethod(path: string, known: readonly string[]): string {
  const [, service, method] = path.split("/");
  const withMethod = known.filter((each) => each.endsWith(`/${method}`));
  return (
    suggestion(path, known) ||
    suggestion(`/${service}Service/${method}`, known) ||
    (withMethod.length === 1 ? `; did you mean ${withMethod[0]}?` : "")
  );
}

/** Connect's refusal by a bare HTTP status, before it looks at a protocol; undefined for every other answer. */
export function refusalOf(
  answer: UniversalServerResponse,
  handler: UniversalHandler,
  httpMethod?: string,
): Refusal | undefined {
  const { status } = answer;
  if (answer.body !== undefined) return undefined;
  switch (status) {
    case 405: {
      const message = `this method takes ${handler.allowedMethods.join(", ")}`;
      return { status, code: Code.Unimplemented, reason: "METHOD_NOT_ALLOWED", message };
    }
    case 415: {
      const message =
        httpMethod === "GET"
          ? "a GET over Connect has its request in the query: ?encoding=json&message={…}, percent-encoded"
          : "the content type is of none of gRPC, gRPC-Web and Connect: for Connect send application/json";
      return { status, code: Code.InvalidArgument, reason: "UNSUPPORTED_MEDIA_TYPE", message };
    }
    case 505: {
      const message = "a bidirectional stream needs HTTP/2";
      return { status, code: Code.Unimplemented, reason: "UNSUPPORTED_HTTP_VERSION", message };
    }
    default:
      return undefined;
  }
}

/** Refuses a call in its own protocol: gRPC's by trailers alone, where gRPC allows that, else in Connect's JSON. */
export function refuse(request: HttpRequest, response: HttpResponse, refusal: Refusal): void {
  const { code, message, reason, status } = refusal;
  response.setHeader("cache-control", "no-store");
  const trailers = reason === "RPC_NOT_FOUND" && grpcRefusal(request.headers["content-type"], refusal);
  if (trailers) {
    for (const [name, value] of trailers) response.setHeader(name, value);
    // A gRPC client takes headers for trailers only if they end the stream, which those of end() do not.
    if ("stream" in response) response.stream.respond(response.getHeaders(), { endStream: true });
    else response.end();
    return;
  }
  if (status === 505) response.setHeader("connection", "close");
  response.writeHead(status, { "content-type": "application/json" });
  response.end(`${JSON.stringify(errorToJson(reasoned(reason, code, message), undefined))}\n`);
}
