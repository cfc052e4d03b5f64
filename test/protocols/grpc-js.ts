import {
  create,
  type DescMessage,
  type DescMethodUnary,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { type Code, ConnectError } from "@connectrpc/connect";
import { type ChannelOptions, Client, credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import { StatusSchema } from "../../gen/google/rpc/status_pb.ts";
import { FrontierService } from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { authority } from "../support/certificates.ts";
import { errorOfStatus } from "../support/failure.ts";
import { basic, type TestCredential } from "../support/service.ts";
import { type Protocol, requireBalance } from "./billing-client.ts";

/** How one method's messages become bytes; which library does it is the client's affair. */
export interface Codec<I, O> {
  /** `/package.Service/Method` */
  readonly path: string;
  encode(request: I): Uint8Array;
  decode(bytes: Uint8Array): O;
}

const { getBillingBalance, createBillingUsage } = FrontierService.method;

/** Google's own gRPC client for Node. */
export const grpcJs: Protocol = {
  name: "gRPC, @grpc/grpc-js",
  connect(url, credential) {
    const client = new GrpcJsClient(url, credential);
    return {
      getBillingBalance: async (request) =>
        requireBalance((await client.call(codecOf(getBillingBalance), request)).balance),
      createBillingUsage: async ({ orgId, usages }) => {
        await client.call(codecOf(createBillingUsage), { orgId, usages: [...usages] });
      },
      close: () => client.close(),
    };
  },
};

/** Calls unary methods with grpc-js; knows nothing of any schema. */
export class GrpcJsClient {
  private readonly client: Client;
  private readonly metadata = new Metadata();

  /** @param target as gRPC names it, where that is more than the host of the URL */
  constructor(
    url: string,
    credential: TestCredential,
    { target, options }: { readonly target?: string; readonly options?: ChannelOptions } = {},
  ) {
    const { host, protocol } = new URL(url);
    const isSecure = protocol === "https:";
    const channel = isSecure ? credentials.createSsl(Buffer.from(authority)) : credentials.createInsecure();
    this.client = new Client(target ?? host, channel, options);
    this.metadata.set("authorization", basic(credential));
  }

  async call<I, O>(codec: Codec<I, O>, request: I): Promise<O> {
    try {
      return await this.unary(codec, request);
    } catch (error) {
      throw connectErrorOf(error as ServiceError);
    }
  }

  private unary<I, O>(codec: Codec<I, O>, request: I): Promise<O> {
    return new Promise((resolve, reject) => {
      this.client.makeUnaryRequest(
        codec.path,
        (message: I) => Buffer.from(codec.encode(message)),
        (bytes: Buffer) => codec.decode(bytes),
        request,
        this.metadata,
        (error, response) => {
          if (response === undefined) reject(error);
          else resolve(response);
        },
      );
    });
  }

  close(): void {
    this.client.close();
  }
}

export function codecOf<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
): Codec<MessageInitShape<I>, MessageShape<O>> {
  return {
    path: `/${method.parent.typeName}/${method.name}`,
    encode: (request) => toBinary(method.input, create(method.input, request)),
    decode: (bytes) => fromBinary(method.output, bytes),
  };
}

/** The details of a gRPC error travel in a trailer, as a google.rpc.Status. */
function connectErrorOf({ code, details, metadata }: ServiceError): ConnectError {
  const [trailer] = metadata.get("grpc-status-details-bin");
  if (!Buffer.isBuffer(trailer)) return new ConnectError(details, code as number as Code);
  const status = fromBinary(StatusSchema, trailer);
  expect(status).toMatchObject({ code, message: details });
  return errorOfStatus(status);
}
