import { createRegistry, fromJson, type JsonValue } from "@bufbuild/protobuf";
import { file_google_rpc_error_details } from "../../gen/google/rpc/error_details_pb.ts";
import { StatusSchema } from "../../gen/google/rpc/status_pb.ts";
import {
  CreateBillingUsageResponseSchema,
  GetBillingBalanceResponseSchema,
} from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { errorOfStatus } from "../support/failure.ts";
import { type RestAnswer, restClient } from "../support/rest.ts";
import { type Protocol, requireBalance } from "./billing-client.ts";

const registry = createRegistry(file_google_rpc_error_details);

/** fetch, on the paths of Frontier's first generation. */
export const rest: Protocol = {
  name: "REST, fetch",
  connect(url, credential) {
    const client = restClient(url, credential);
    return {
      getBillingBalance: async ({ orgId, id }) => {
        const answer = await client.get(`/v1beta1/organizations/${orgId}/billing/${id}/balance`);
        return requireBalance(fromJson(GetBillingBalanceResponseSchema, bodyOf(answer)).balance);
      },
      createBillingUsage: async ({ orgId, usages }) => {
        const body = {
          org_id: orgId,
          usages: usages.map((usage) => ({ ...usage, amount: `${usage.amount}` })),
        };
        const answer = await client.post("/v1beta1/organizations/billing/usages", body);
        fromJson(CreateBillingUsageResponseSchema, bodyOf(answer));
      },
    };
  },
};

function bodyOf({ status, body }: RestAnswer): JsonValue {
  if (status === 200) return body as JsonValue;
  throw errorOfStatus(fromJson(StatusSchema, body as JsonValue, { registry }));
}
