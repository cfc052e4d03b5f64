import type { DescService } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { type Balance, type Protocol, requireBalance, type UsageFields } from "./billing-client.ts";
import { authorizing } from "./connect.ts";
import { type Codec, GrpcJsClient } from "./grpc-js.ts";

/**
 * Frontier's own client package, as far as it is used here. It is published as TypeScript sources that the strict flags of
 * this project refuse, so it is loaded past the compiler, and this is what it is taken for.
 */
interface Proton {
  /** protobuf-es, as Frontier's web clients use it with Connect. */
  readonly FrontierServiceQueries: { readonly getBillingBalance: { readonly parent: DescService } };
  /** protobuf-ts, another implementation of Protocol Buffers altogether. */
  readonly GetBillingBalanceRequest: MessageType<BalanceRequest>;
  readonly GetBillingBalanceResponse: MessageType<BalanceResponse>;
  readonly CreateBillingUsageRequest: MessageType<UsageRequest>;
  readonly CreateBillingUsageResponse: MessageType<object>;
}

interface MessageType<T> {
  create(value: object): T;
  toBinary(message: T): Uint8Array;
  fromBinary(bytes: Uint8Array): T;
}

/** Frontier's requests of today: one names the account, the other the organization. */
interface BalanceRequest {
  readonly id: string;
}
interface BalanceResponse {
  readonly balance?: Balance;
}
interface UsageRequest {
  readonly orgId: string;
  readonly usages: readonly UsageFields[];
}

interface ProtonClient {
  getBillingBalance(request: BalanceRequest): Promise<BalanceResponse>;
  createBillingUsage(request: UsageRequest): Promise<object>;
}

const proton = jest.requireActual<Proton>("@raystack/proton/frontier");
const service = proton.FrontierServiceQueries.getBillingBalance.parent;

/** Clients that we did not write, in the generation that Frontier's clients speak today. */
export const protonProtocols: readonly Protocol[] = [
  {
    name: "Connect, @raystack/proton (protobuf-es)",
    connect(url, credential) {
      const interceptors = [authorizing(credential)];
      const transport = createConnectTransport({ baseUrl: url, httpVersion: "1.1", interceptors });
      const client = createClient(service, transport) as unknown as ProtonClient;
      return {
        getBillingBalance: async ({ id }) => requireBalance((await client.getBillingBalance({ id })).balance),
        createBillingUsage: async (request) => {
          await client.createBillingUsage(request);
        },
      };
    },
  },
  {
    name: "gRPC, @grpc/grpc-js and @raystack/proton (protobuf-ts)",
    connect(url, credential) {
      const client = new GrpcJsClient(url, credential);
      return {
        getBillingBalance: async ({ id }) =>
          requireBalance((await client.call(balanceCodec, { id })).balance),
        createBillingUsage: async (request) => {
          await client.call(usageCodec, request);
        },
        close: () => client.close(),
      };
    },
  },
];

const balanceCodec = codecOf(
  "GetBillingBalance",
  proton.GetBillingBalanceRequest,
  proton.GetBillingBalanceResponse,
);
const usageCodec = codecOf(
  "CreateBillingUsage",
  proton.CreateBillingUsageRequest,
  proton.CreateBillingUsageResponse,
);

function codecOf<I extends object, O>(
  method: string,
  input: MessageType<I>,
  output: MessageType<O>,
): Codec<I, O> {
  return {
    path: `/${service.typeName}/${method}`,
    encode: (request) => input.toBinary(input.create(request)),
    decode: (bytes) => output.fromBinary(bytes),
  };
}
