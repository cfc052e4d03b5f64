import type { DescService } from "@bufbuild/protobuf";
import { type Client, createClient, type Interceptor, type Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import type { AdminService } from "../../gen/raystack/frontier/v1beta1/admin_pb.ts";
import type { FrontierService } from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { authorizing } from "../protocols/connect.ts";
import type { TestCredential } from "../support/service.ts";

/**
 * Frontier's own client package, as far as it is used here. It is published as TypeScript sources that the strict flags of
 * this project refuse, so it is loaded past the compiler, and this is what it is taken for.
 */
interface Proton {
  readonly FrontierServiceQueries: { readonly getBillingBalance: { readonly parent: DescService } };
  readonly AdminServiceQueries: { readonly listAllBillingAccounts: { readonly parent: DescService } };
}

const proton = jest.requireActual<Proton>("@raystack/proton/frontier");

/** The services as Frontier's clients know them today, with every method that Frontier has. */
export const protonServices = {
  frontier: proton.FrontierServiceQueries.getBillingBalance.parent,
  admin: proton.AdminServiceQueries.listAllBillingAccounts.parent,
};

type TransportOf = (options: { baseUrl: string; interceptors: Interceptor[] }) => Transport;

/** The ways in which Frontier's clients speak. */
export const protonTransports: readonly (readonly [string, TransportOf])[] = [
  [
    "Connect, JSON",
    (options) => createConnectTransport({ ...options, httpVersion: "1.1", useBinaryFormat: false }),
  ],
  ["Connect, binary", (options) => createConnectTransport({ ...options, httpVersion: "1.1" })],
  ["gRPC", createGrpcTransport],
  ["gRPC-Web", (options) => createGrpcWebTransport({ ...options, httpVersion: "1.1" })],
];

/**
 * Clients out of that package. What they send and read is theirs; the types are ours, whose fields have the same names,
 * so a field that theirs lack is left out of the request without a word.
 */
export function protonClients(
  transportOf: TransportOf,
  url: string,
  credential: TestCredential,
): { frontier: Client<typeof FrontierService>; admin: Client<typeof AdminService> } {
  const transport = transportOf({ baseUrl: url, interceptors: [authorizing(credential)] });
  return {
    frontier: createClient(protonServices.frontier as typeof FrontierService, transport),
    admin: createClient(protonServices.admin as typeof AdminService, transport),
  };
}
