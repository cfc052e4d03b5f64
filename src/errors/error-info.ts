import type { ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { errorDomain } from "./error-domain.ts";

/** The detail of an error that says why by a name which stays. */
export function errorInfo(reason: string, metadata: Readonly<Record<string, string>> = {}) {
  return { desc: ErrorInfoSchema, value: { reason, domain: errorDomain, metadata: { ...metadata } } };
}

export function hasReason(error: ConnectError): boolean {
  return error.findDetails(ErrorInfoSchema).length > 0;
}
