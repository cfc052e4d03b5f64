import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { ConnectRouter } from "@connectrpc/connect";
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import pino from "pino";
import {
  FrontierService,
  type GetBillingBalanceRequest,
  GetBillingBalanceRequestSchema,
  type GetBillingBalanceResponse,
  GetBillingBalanceResponseSchema,
} from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { createServer } from "../../src/server/server.ts";
import { answerJobs } from "../worker.ts";

/** The paths that a gRPC call can take through the server, and the usual gRPC server of Node beside them. */
export type EchoPath = "thin" | "connect-node" | "grpc-js";

/** GetBillingBalance with nothing behind it. */
function echo({ id }: GetBillingBalanceRequest): GetBillingBalanceResponse {
  return create(GetBillingBalanceResponseSchema, { balance: { amount: 1_000n, currency: id } });
}

async function serveOurs(thinGrpc: boolean): Promise<number> {
  const server = createServer({
    routes: (router: ConnectRouter) => router.service(FrontierService, { getBillingBalance: echo }),
    admit: async () => undefined,
    interceptors: [],
    gateway: {
      handle: async (_request, response) => {
        response.statusCode = 404;
        response.end();
      },
    },
    ready: async () => undefined,
    log: pino({ level: "silent" }),
    thinGrpc,
  });
  const { port } = await server.listen("127.0.0.1", 0);
  return port;
}

function serveGrpcJs(): Promise<number> {
  const { parent, name } = FrontierService.method.getBillingBalance;
  const method = {
    path: `/${parent.typeName}/${name}`,
    requestStream: false,
    responseStream: false,
    requestDeserialize: (bytes: Buffer) => fromBinary(GetBillingBalanceRequestSchema, bytes),
    requestSerialize: (message: GetBillingBalanceRequest) =>
      Buffer.from(toBinary(GetBillingBalanceRequestSchema, message)),
    responseDeserialize: (bytes: Buffer) => fromBinary(GetBillingBalanceResponseSchema, bytes),
    responseSerialize: (message: GetBillingBalanceResponse) =>
      Buffer.from(toBinary(GetBillingBalanceResponseSchema, message)),
  };
  type Call = ServerUnaryCall<GetBillingBalanceRequest, GetBillingBalanceResponse>;
  const handler = (call: Call, callback: sendUnaryData<GetBillingBalanceResponse>) =>
    callback(null, echo(call.request));
  const server = new Server();
  server.addService({ [name]: method }, { [name]: handler });
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });
}

answerJobs((path: EchoPath) => (path === "grpc-js" ? serveGrpcJs() : serveOurs(path === "thin")));
