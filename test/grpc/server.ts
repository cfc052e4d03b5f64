import type { HandlerContext } from "@connectrpc/connect";
import {
  FrontierService,
  type GetBillingBalanceRequest,
} from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { type Fixture, startServer } from "../../src/server/server.fixture.ts";
import type { ServerOptions } from "../../src/server/server.ts";
import { RawClient } from "./raw-client.ts";

/** The two ways that a unary gRPC call can take, which must not be told apart. */
export const paths = [
  { name: "the thin path", thinGrpc: true },
  { name: "connect-node", thinGrpc: false },
];

/** Answers with the words that come back as the currency. */
export type Implementation = (
  request: GetBillingBalanceRequest,
  context: HandlerContext,
) => Promise<string> | string;

/** A server whose GetBillingBalance each test writes itself, and a client of it. */
export interface GrpcWorld extends Fixture {
  readonly client: RawClient;
  /** Until the next one. */
  implement(implementation: Implementation): void;
  stop(): Promise<void>;
}

export const echo: Implementation = ({ id }) => id;

export async function startGrpc(options: Partial<ServerOptions>): Promise<GrpcWorld> {
  let implementation = echo;
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on("unhandledRejection", note);
  const fixture = await startServer({
    routes: (router) => {
      router.service(FrontierService, {
        async getBillingBalance(request, context) {
          return { balance: { currency: await implementation(request, context) } };
        },
      });
    },
    ...options,
  });
  const client = new RawClient(fixture.url);
  return {
    ...fixture,
    client,
    implement(next) {
      implementation = next;
    },
    async stop() {
      client.close();
      await fixture.server.close(0);
      process.off("unhandledRejection", note);
      expect(unhandled).toEqual([]);
    },
  };
}
