import { ConnectError } from "@connectrpc/connect";
import { BadRequestSchema, ErrorInfoSchema } from "../../../gen/google/rpc/error_details_pb.ts";

/** Why a call failed, such as `INSUFFICIENT_FUNDS`: decide by it. Undefined where the service did not say, as when it is not there. */
export function reasonOf(error: unknown): string | undefined {
  const [info] = ConnectError.from(error).findDetails(ErrorInfoSchema);
  return info?.reason;
}

/** The facts that go with the reason, such as `available` and `required`. */
export function factsOf(error: unknown): Readonly<Record<string, string>> {
  const [info] = ConnectError.from(error).findDetails(ErrorInfoSchema);
  return info?.metadata ?? {};
}

/** Fields of a request that do not fit, and what is wrong with each. */
export function violationsOf(
  error: unknown,
): readonly { readonly field: string; readonly description: string }[] {
  const [request] = ConnectError.from(error).findDetails(BadRequestSchema);
  return (request?.fieldViolations ?? []).map(({ field, description }) => ({ field, description }));
}
