import type { ConnectRouter } from "@connectrpc/connect";
import type { Logger } from "pino";
import { type HttpResponse, pathOf } from "../http.ts";
import type { HttpHandler } from "../http-handler.ts";
import type { Limits } from "../limits.ts";
import { OpenStreams } from "../operations/open-streams.ts";
import type { Admit, Arrival } from "../requests/admission.ts";
import { type Endpoint, endpointOf } from "./endpoint.ts";
import { RpcCall } from "./rpc-call.ts";
import { refuse, unknownRpc } from "./rpc-refusal.ts";

export interface Rpc extends HttpHandler {
  /** Whether the path is that of a method whose request may go on for as long as the client likes. */
  takesStream(path: string): boolean;
}

export interface RpcOptions {
  readonly router: ConnectRouter;
  readonly admit: Admit;
  readonly limits: Limits;
  readonly log: Logger;
}

/** Serves a router's methods over gRPC, gRPC-Web and Connect. */
export function createRpc({ router, admit, limits, log }: RpcOptions): Rpc {
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
    async handle(request, response, connection, _unread, called) {
      const path = pathOf(request);
      const endpoint = endpoints.get(path);
      if (endpoint === undefined) {
        const refusal = unknownRpc(path, [...endpoints.keys()]);
        called.fail(refusal);
        return refuse(request, response, refusal);
      }
      const admitted = (arrival: Arrival) => enter(endpoint, arrival, response);
      await new RpcCall(
        { request, response, connection, called, endpoint },
        { enter: admitted, limits, log },
      ).serve();
    },
  };
}
