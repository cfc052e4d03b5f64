import { execFile } from "node:child_process";
import { fromJsonString, type JsonValue } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { errorFromJson } from "@connectrpc/connect/protocol-connect";
import {
  CreateBillingUsageResponseSchema,
  GetBillingBalanceResponseSchema,
} from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { bufProgram } from "../support/buf.ts";
import type { TestCredential } from "../support/service.ts";
import { type Protocol, requireBalance } from "./billing-client.ts";

/** `buf curl`, which learns the schema by reflection. */
export const bufCurlProtocols: readonly Protocol[] = ["grpc", "grpcweb", "connect"].map((protocol) => ({
  name: `buf curl --protocol ${protocol}`,
  connect(url, credential) {
    const curl = (method: string, request: unknown) =>
      bufCurl({
        url: `${url}/raystack.frontier.v1beta1.FrontierService/${method}`,
        protocol,
        credential,
        request,
      });
    return {
      getBillingBalance: async ({ orgId, id }) => {
        const answer = await curl("GetBillingBalance", { org_id: orgId, id });
        return requireBalance(fromJsonString(GetBillingBalanceResponseSchema, answer).balance);
      },
      createBillingUsage: async ({ orgId, usages }) => {
        const request = {
          org_id: orgId,
          usages: usages.map(({ amount, ...rest }) => ({ ...rest, amount: `${amount}` })),
        };
        fromJsonString(CreateBillingUsageResponseSchema, await curl("CreateBillingUsage", request));
      },
    };
  },
}));

interface BufCurlCall {
  readonly url: string;
  readonly protocol: string;
  readonly credential: TestCredential;
  readonly request: unknown;
}

function bufCurl({ url, protocol, credential, request }: BufCurlCall): Promise<string> {
  const user = `${credential.clientId}:${credential.clientSecret}`;
  const options = ["--http2-prior-knowledge", "--protocol", protocol, "--user", user];
  return new Promise((resolve, reject) => {
    execFile(
      bufProgram,
      ["curl", ...options, "-d", JSON.stringify(request), url],
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(connectErrorOf(stderr));
      },
    );
  });
}

/** buf prints an RPC's error as Connect writes it, whatever the protocol. */
function connectErrorOf(stderr: string): ConnectError {
  const fallback = new ConnectError(`buf curl printed no RPC error: ${stderr}`, Code.Unknown);
  try {
    return errorFromJson(JSON.parse(stderr) as JsonValue, undefined, fallback);
  } catch {
    return fallback;
  }
}
