import { base64Decode } from "@bufbuild/protobuf/wire";
import {
  Code,
  ConnectError,
  type ConnectRouter,
  type ContextValues,
  createContextValues,
} from "@connectrpc/connect";
import {
  createAsyncIterable,
  type UniversalHandler,
  type UniversalServerRequest,
  type UniversalServerResponse,
} from "@connectrpc/connect/protocol";
import { codeToHttpStatus, errorToJson, errorToJsonBytes } from "@connectrpc/connect/protocol-connect";
import { universalRequestFromNodeRequest, universalResponseToNodeResponse } from "@connectrpc/connect-node";
import { ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { errorDomain } from "../bounds/error-domain.ts";
import { explained } from "../bounds/explained.ts";
import { shortenedText } from "../bounds/shortened.ts";
import { suggestion } from "../bounds/suggestion.ts";
import type { Admit, Arrival } from "./admission.ts";
import { withinTime } from "./answer-in-time.ts";
import { corrected, setErrorTrailer } from "./correction.ts";
import { percentDecode } from "./gateway/percent.ts";
import { inBytes, inText, isGrpcWebText } from "./grpc-web-text.ts";
import { type HttpHandler, type HttpRequest, type HttpResponse, pathOf } from "./http.ts";
import type { Limits } from "./limits.ts";
import { openServices, requestBytesMaxOf } from "./open-services.ts";
import { OpenStreams } from "./open-streams.ts";
import { isOwnFailure } from "./own-failures.ts";
import { bodyOf } from "./receipt.ts";
import { createScreen, type Screen } from "./screen.ts";
import type { Refusal } from "./status.ts";
import { boundTimeout } from "./timeout.ts";

export interface Rpc extends HttpHandler {
  /** Whether the path is that of a method whose request may go on for as long as the client likes. */
  takesStream(path: string): boolean;
}

/** Serves a router's methods over gRPC, gRPC-Web and Connect. */
export function createRpc(router: ConnectRouter, admit: Admit, limits: Limits): Rpc {
  const endpoints = new Map(
    router.handlers.map((handler) => [handler.requestPath, endpointOf(handler, limits)]),
  );
  const openStreams = new OpenStreams(limits);
  const enter = async (endpoint: Endpoint, arrival: Arrival, response: HttpResponse) => {
    if (!endpoint.isOpenStream) return admit(arrival);
    const { connection, values } = arrival;
    await openStreams.enter({ ...endpoint, response, values, address: connection.address });
  };
  return {
    takesStream: (path) => endpoints.get(path)?.takesStream === true,
    async handle(request, response, connection) {
      const path = pathOf(request);
      const endpoint = endpoints.get(path);
      if (endpoint === undefined) return refuse(request, response, unknownRpc(path, [...endpoints.keys()]));
      const { handler, screen } = endpoint;
      if (hasBadBase64(request)) return refuse(request, response, badBase64);
      const values = createContextValues();
      const universal = universalRequestFromNodeRequest(request, response, undefined, values);
      const { header: requestHeader } = universal;
      const timeoutMs = boundTimeout(requestHeader, limits.callMsMax);
      // Whatever a query answers has changed with the next booking.
      if (request.method === "GET") response.setHeader("cache-control", "no-store");
      const arrival = { service: handler.service, requestHeader, connection, values };
      const admitted = withinTime(enter(endpoint, arrival, response), timeoutMs);
      // Whoever is not admitted is told by the body, in whatever protocol, unless something else is wrong before that.
      admitted.catch(ignore);
      const isText = isGrpcWebText(requestHeader);
      // Connect's own body destroys the connection when it is given up, and with it the answer.
      const arrived = {
        ...universal,
        body: bodyOf(request, { admitted, isStream: endpoint.takesStream, limits }),
      };
      const asked = isText ? inBytes(arrived) : arrived;
      const body = endpoint.takesStream
        ? asked.body
        : screen.body({ ...asked, values, holding: connection.hold(handler.service) });
      const call = { ...asked, body };
      const answered = await corrected(
        await (isQuery(request, handler)
          ? answerQuery(endpoint, { ...call, values }, admitted)
          : handler(call)),
        () => isOwnFailure(values),
      );
      const answer = isText ? inText(answered) : answered;
      const refusal = refusalOf(answer, handler, request.method);
      if (refusal?.status === 405) response.setHeader("allow", handler.allowedMethods.join(", "));
      if (refusal !== undefined) return refuse(request, response, refusal);
      await universalResponseToNodeResponse(answer, response).catch((error: unknown) => {
        // The client is gone before its answer; its call was aborted, and there is no one to tell.
        if (!isGone(response)) throw error;
      });
    },
  };
}

/** A method, as it is called over Connect's protocols. */
interface Endpoint {
  readonly handler: UniversalHandler;
  /** Whether its request may go on for as long as the client likes. */
  readonly takesStream: boolean;
  /** Whether everybody may open it, and keep it open. */
  readonly isOpenStream: boolean;
  readonly screen: Screen;
}

function endpointOf(handler: UniversalHandler, limits: Limits): Endpoint {
  const { method, service } = handler;
  return {
    handler,
    takesStream: method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming",
    isOpenStream: method.methodKind !== "unary" && openServices.has(service.typeName),
    screen: createScreen(method, requestBytesMaxOf(service, limits)),
  };
}

/** Whether it is a Connect GET, which has its message in the URL. */
function isQuery(request: HttpRequest, handler: UniversalHandler): boolean {
  return request.method === "GET" && handler.allowedMethods.includes("GET");
}

async function answerQuery(
  { handler, screen }: Endpoint,
  call: UniversalServerRequest & { readonly values: ContextValues },
  admitted: Promise<void>,
): Promise<UniversalServerResponse> {
  try {
    await admitted;
    const url = await screen.query(call);
    return await handler({ ...call, url });
  } catch (reason) {
    return failure(explained(ConnectError.from(reason)));
  }
}

/** An error as Connect answers it. */
function failure(error: ConnectError): UniversalServerResponse {
  const header = new Headers({ "content-type": "application/json" });
  const body = createAsyncIterable([errorToJsonBytes(error, undefined)]);
  return { status: codeToHttpStatus(error.code), header, body };
}

function ignore(): void {}

function isGone(response: HttpResponse): boolean {
  return "stream" in response ? response.stream.destroyed : response.destroyed;
}

/** Whether the message of a Connect GET does not decode, which Connect would take for a failure of its own. */
function hasBadBase64(request: HttpRequest): boolean {
  const query = new URLSearchParams(request.url?.split("?")[1]);
  if (request.method !== "GET" || query.get("base64") !== "1") return false;
  try {
    base64Decode(query.get("message") ?? "");
    return false;
  } catch {
    return true;
  }
}

const badBase64: Refusal = {
  status: 400,
  code: Code.InvalidArgument,
  reason: "MALFORMED_MESSAGE",
  message: "the query's message is not valid base64",
};

const pathCharactersMax = 200;

const unknownRpc = (path: string, known: readonly string[]): Refusal => ({
  status: 404,
  code: Code.Unimplemented,
  reason: "RPC_NOT_FOUND",
  message: `there is no method ${JSON.stringify(shortenedText(percentDecode(path) ?? path, pathCharactersMax))}${methodMeant(path, known)}`,
});

/** The path that was meant, as an end of a sentence: one that is near, has `Service` behind its service, or alone has the method. */
function methodMeant(path: string, known: readonly string[]): string {
  const [, service, method] = path.split("/");
  const ofTheMethod = known.filter((each) => each.endsWith(`/${method}`));
  return (
    suggestion(path, known) ||
    suggestion(`/${service}Service/${method}`, known) ||
    (ofTheMethod.length === 1 ? `; did you mean ${ofTheMethod[0]}?` : "")
  );
}

/** What connect refuses by a bare status before it looks at a protocol; undefined for all other answers. */
function refusalOf(
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

/** Refuses a call in its own protocol: gRPC's by trailers alone where it allows, else Connect's JSON. */
function refuse(request: HttpRequest, response: HttpResponse, refusal: Refusal): void {
  const { code, message, reason, status } = refusal;
  const error = new ConnectError(message, code, undefined, [
    { desc: ErrorInfoSchema, value: { reason, domain: errorDomain } },
  ]);
  const [grpc] = request.headers["content-type"]?.match(/^application\/grpc[-+a-z]*/i) ?? [];
  if (grpc !== undefined && reason === "RPC_NOT_FOUND") {
    const trailers = new Headers({ "content-type": grpc });
    setErrorTrailer(trailers, error);
    for (const [name, value] of trailers) response.setHeader(name, value);
    // A gRPC client takes headers for trailers only if they end the stream, which those of end() do not.
    if ("stream" in response) response.stream.respond(response.getHeaders(), { endStream: true });
    else response.end();
    return;
  }
  if (status === 505) response.setHeader("connection", "close");
  response.writeHead(status, { "content-type": "application/json" });
  response.end(`${JSON.stringify(errorToJson(error, undefined))}\n`);
}
