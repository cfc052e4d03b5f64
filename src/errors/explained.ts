import { Code, ConnectError } from "@connectrpc/connect";
import { codeToString } from "@connectrpc/connect/protocol-connect";
import { errorInfo, hasReason } from "./error-info.ts";

/** An error that is Connect's own, such as UNIMPLEMENTED and DEADLINE_EXCEEDED, gets its code for a reason. */
export function explained(error: ConnectError): ConnectError {
  if (hasReason(error)) return error;
  const explanation = new ConnectError(error.rawMessage, error.code, error.metadata);
  explanation.details = [...error.details, errorInfo(nameOf(error.code))];
  return explanation;
}

/** As google.rpc.Code spells it; Connect spells one of them otherwise. */
function nameOf(code: Code): string {
  return code === Code.Canceled ? "CANCELLED" : codeToString(code).toUpperCase();
}
