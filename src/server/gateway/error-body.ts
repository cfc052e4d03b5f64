import { create, type Registry } from "@bufbuild/protobuf";
import type { ConnectError } from "@connectrpc/connect";
import type { ErrorInfo } from "../../../gen/google/rpc/error_details_pb.ts";
import { ErrorInfoSchema } from "../../../gen/google/rpc/error_details_pb.ts";
import { errorDomain } from "../../errors/error-domain.ts";
import { errorInfo } from "../../errors/error-info.ts";
import { writtenDetail } from "../answers/written-detail.ts";
import { requestReasons } from "../requests/request-errors.ts";
import type { Dialect } from "./dialect.ts";
import type { ErrorParts } from "./error-parts.ts";
import { codeStatus } from "./status.ts";

/**
 * Takes an error apart for a dialect. One without ErrorInfo gets one whose reason is the name of its code.
 */
export function describeError(error: ConnectError, dialect: Dialect, registry: Registry): ErrorParts {
  const { name: status, httpStatus } = codeStatus[error.code];
  const [found] = error.findDetails(ErrorInfoSchema);
  const info = found ?? create(ErrorInfoSchema, errorInfo(status).value);
  const details = [...(found ? [] : [errorInfo(status)]), ...error.details];
  const options = { registry, useProtoFieldName: dialect.names === "proto" };
  return {
    httpStatus: gatewayStatus(info) ?? httpStatus,
    code: error.code,
    status,
    message: error.rawMessage,
    details: details.map((detail) => writtenDetail(detail, options)).filter((detail) => detail !== undefined),
    reason: info.reason,
    metadata: info.metadata,
  };
}

/** 405, 413 and 415 have no RPC code of their own, so the gateway's reasons say which status they are. */
function gatewayStatus({ domain, reason }: ErrorInfo): number | undefined {
  if (domain !== errorDomain || !Object.hasOwn(requestReasons, reason)) return undefined;
  return requestReasons[reason as keyof typeof requestReasons].httpStatus;
}
