import { createClient, type Interceptor, type Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { FrontierService } from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { authority } from "../support/certificates.ts";
import { basic, type TestCredential } from "../support/service.ts";
import { type Protocol, requireBalance } from "./billing-client.ts";

type TransportOf = (options: {
  baseUrl: string;
  interceptors: Interceptor[];
  nodeOptions: { ca: string };
}) => Transport;

const httpVersions = ["1.1", "2"] as const;

/** connect-node's clients: every protocol, encoding and version of HTTP that it has. */
export const connectProtocols: readonly Protocol[] = [
  protocol("gRPC, binary, h2c", createGrpcTransport),
  protocol("gRPC, JSON, h2c", (options) => createGrpcTransport({ ...options, useBinaryFormat: false })),
  ...httpVersions.flatMap((httpVersion) => [
    protocol(`gRPC-Web, binary, HTTP/${httpVersion}`, (options) =>
      createGrpcWebTransport({ ...options, httpVersion }),
    ),
    protocol(`gRPC-Web, JSON, HTTP/${httpVersion}`, (options) =>
      createGrpcWebTransport({ ...options, httpVersion, useBinaryFormat: false }),
    ),
    protocol(`Connect, binary, HTTP/${httpVersion}`, (options) =>
      createConnectTransport({ ...options, httpVersion }),
    ),
    protocol(`Connect, JSON, HTTP/${httpVersion}`, (options) =>
      createConnectTransport({ ...options, httpVersion, useBinaryFormat: false }),
    ),
    protocol(`Connect, binary, GET, HTTP/${httpVersion}`, (options) =>
      createConnectTransport({ ...options, httpVersion, useHttpGet: true }),
    ),
    protocol(`Connect, JSON, GET, HTTP/${httpVersion}`, (options) =>
      createConnectTransport({ ...options, httpVersion, useHttpGet: true, useBinaryFormat: false }),
    ),
  ]),
];

function protocol(name: string, transportOf: TransportOf): Protocol {
  return {
    name,
    connect(url, credential) {
      const transport = transportOf({
        baseUrl: url,
        interceptors: [authorizing(credential)],
        nodeOptions: { ca: authority },
      });
      const client = createClient(FrontierService, transport);
      return {
        getBillingBalance: async (request) =>
          requireBalance((await client.getBillingBalance(request)).balance),
        createBillingUsage: async ({ orgId, usages }) => {
          await client.createBillingUsage({ orgId, usages: [...usages] });
        },
      };
    },
  };
}

/** Gives every request the Authorization header of a credential. */
export function authorizing(credential: TestCredential): Interceptor {
  return (next) => (request) => {
    request.header.set("authorization", basic(credential));
    return next(request);
  };
}
