import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { createContextValues } from "@connectrpc/connect";
import type { Logger } from "pino";
import type { Calls } from "../calls.ts";
import { grpcEncoding, negotiate } from "../connect/compression.ts";
import type { Connections } from "../connections/connection.ts";
import type { Limits } from "../limits.ts";
import { rememberOrigin } from "../origin.ts";
import type { Admit } from "../requests/admission.ts";
import { LazyHeaders } from "../requests/lazy-headers.ts";
import { requestIdHeader, requestIdOf } from "../requests/request-id.ts";
import { rounds } from "../requests/rounds.ts";
import { counted } from "../requests/waiting-call.ts";
import { CallContext } from "../rpc/call-context.ts";
import { Call } from "./call.ts";
import type { Method } from "./method.ts";
import { grpcTimeout } from "./timeout.ts";

/** The thin path of unary gRPC calls. */
export interface Grpc {
  /** Takes a stream if it is for the thin path; false leaves it to the common way, untouched. */
  take(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): boolean;
}

export interface GrpcOptions {
  /** By path, such as `/package.Service/Method`. */
  readonly methods: ReadonlyMap<string, Method>;
  readonly admit: Admit;
  readonly connections: Connections;
  readonly calls: Calls;
  readonly limits: Limits;
  readonly log: Logger;
}

const contentTypes: ReadonlySet<unknown> = new Set(["application/grpc", "application/grpc+proto"]);

export function createGrpc({ methods, admit, connections, calls, limits, log }: GrpcOptions): Grpc {
  const originOf = rememberOrigin();
  return {
    take(stream, headers) {
      if (headers[":method"] !== "POST" || !contentTypes.has(headers["content-type"])) return false;
      const method = methods.get(headers[":path"] ?? "");
      if (method === undefined || headers.expect !== undefined) return false;
      const origin = originOf(headers[":authority"] ?? headers.host ?? "");
      const { session } = stream;
      if (origin === undefined || session === undefined) return false;
      const requestId = requestIdOf(headers[requestIdHeader]);
      headers[requestIdHeader] = requestId;
      const header = new LazyHeaders(headers);

      const timeout = grpcTimeout(header, limits.callMsMax);
      const compression = negotiate(method.desc.parent, header, grpcEncoding);
      const fault = compression.error ?? timeout.error;
      const connection = connections.of(session, headers);
      const context = new CallContext(method.desc, {
        protocolName: "grpc",
        requestMethod: "POST",
        url: origin + method.path,
        header,
        values: createContextValues(),
        timeoutMs: fault === undefined ? timeout.timeoutMs : undefined,
      });
      const holding = connection.hold(method.desc.parent);
      const call = new Call({
        stream,
        method,
        context,
        requestId,
        compression,
        connection,
        holding,
        unread: connection.followedAnswer(stream, method.desc.parent),
        calls,
        limits,
        log,
      });
      const { values } = context;
      const arrival = {
        method: method.desc,
        requestHeader: header,
        hasBody: !stream.endAfterHeaders,
        connection,
        values,
      };
      if (fault !== undefined) call.refuse(fault);
      else {
        const { parent: service } = method.desc;
        const turn = rounds.turn({ party: connection.party(service), departure: context });
        call.receiveOnce(
          turn === undefined
            ? admit(arrival)
            : counted(turn, { ...arrival, service, departure: context }).then(() => admit(arrival)),
        );
      }
      return true;
    },
  };
}
