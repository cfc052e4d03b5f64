import type { JsonObject, Registry } from "@bufbuild/protobuf";
import { create, toBinary, toJson } from "@bufbuild/protobuf";
import { AnySchema } from "@bufbuild/protobuf/wkt";
import type { ConnectError } from "@connectrpc/connect";
import type { ErrorInfo } from "../../../gen/google/rpc/error_details_pb.ts";
import { ErrorInfoSchema } from "../../../gen/google/rpc/error_details_pb.ts";
import { errorDomain } from "../../errors/error-domain.ts";
import { errorInfo } from "../../errors/error-info.ts";
import { requestReasons } from "../request-errors.ts";
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
  const added = found ? [] : [writeDetail(packDetail(info), dialect, registry)];
  const details = error.details.map((detail) => writeDetail(toAny(detail), dialect, registry));
  return {
    httpStatus: gatewayStatus(info) ?? httpStatus,
    code: error.code,
    status,
    message: error.rawMessage,
    details: [...added, ...details].filter((detail) => detail !== undefined),
    reason: info.reason,
    metadata: info.metadata,
  };
}

/** 405, 413 and 415 have no RPC code of their own, so the gateway's reasons say which status they are. */
function gatewayStatus({ domain, reason }: ErrorInfo): number | undefined {
  if (domain !== errorDomain || !Object.hasOwn(requestReasons, reason)) return undefined;
  return requestReasons[reason as keyof typeof requestReasons].httpStatus;
}

type AnyDetail = { typeUrl: string; value: Uint8Array };

function toAny(detail: ConnectError["details"][number]): AnyDetail {
  if (!("desc" in detail)) return { typeUrl: typeUrl(detail.type), value: detail.value };
  return {
    typeUrl: typeUrl(detail.desc.typeName),
    value: toBinary(detail.desc, create(detail.desc, detail.value)),
  };
}

function packDetail(info: ErrorInfo): AnyDetail {
  return { typeUrl: typeUrl(info.$typeName), value: toBinary(ErrorInfoSchema, info) };
}

function typeUrl(typeName: string): string {
  return `type.googleapis.com/${typeName}`;
}

/** A detail of a type that the registry does not know cannot be written, and is left out. */
function writeDetail(any: AnyDetail, dialect: Dialect, registry: Registry): JsonObject | undefined {
  const options = { registry, useProtoFieldName: dialect.names === "proto" };
  try {
    return { "@type": any.typeUrl, ...(toJson(AnySchema, create(AnySchema, any), options) as JsonObject) };
  } catch {
    return undefined;
  }
}
