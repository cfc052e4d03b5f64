import { Code, ConnectError } from "@connectrpc/connect";
import { codeToString } from "@connectrpc/connect/protocol-connect";
import { ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { errorInfo, hasReason } from "./error-info.ts";

/** An error that is Connect's own, such as UNIMPLEMENTED and DEADLINE_EXCEEDED, gets its code for a reason. */
export function explained(error: ConnectError): ConnectError {
  if (hasReason(error)) return error;
  const explanation = new ConnectError(error.rawMessage, error.code, error.metadata);
  explanation.details = [...error.details, errorInfo(codeName(error.code))];
  return explanation;
}

/** Why an error is, as `explained` tells it. */
export function reasonOf(error: ConnectError): string {
  return error.findDetails(ErrorInfoSchema)[0]?.reason ?? codeName(error.code);
}

/** As google.rpc.Code spells it; Connect spells one of them otherwise. */
export function codeName(code: Code): string {
  return code === Code.Canceled ? "CANCELLED" : codeToString(code).toUpperCase();
}
