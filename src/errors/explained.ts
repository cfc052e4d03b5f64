import { Code, ConnectError } from "@connectrpc/connect";
import { codeToString } from "@connectrpc/connect/protocol-connect";
import { ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { errorDomain } from "./error-domain.ts";

/** An error that is Connect's own, such as UNIMPLEMENTED and DEADLINE_EXCEEDED, gets its code for a reason. */
export function explained(error: ConnectError): ConnectError {
  if (error.findDetails(ErrorInfoSchema).length > 0) return error;
  const explanation = new ConnectError(error.rawMessage, error.code, error.metadata);
  const info = { reason: nameOf(error.code), domain: errorDomain };
  explanation.details = [...error.details, { desc: ErrorInfoSchema, value: info }];
  return explanation;
}

/** As google.rpc.Code spells it; Connect spells one of them otherwise. */
function nameOf(code: Code): string {
  return code === Code.Canceled ? "CANCELLED" : codeToString(code).toUpperCase();
}
