import type { DescService, JsonObject, JsonValue } from "@bufbuild/protobuf";
import { getOption } from "@bufbuild/protobuf";
import { RestDialect, rest_dialect } from "../../../gen/tallystick/options/v1/options_pb.ts";
import type { WriteOptions } from "./json/write.ts";

/** What an error body can be made of. */
export interface ErrorParts {
  readonly httpStatus: number;
  /** Number of the RPC code, as google.rpc.Code has it. */
  readonly code: number;
  /** Name of the RPC code: `NOT_FOUND`. */
  readonly status: string;
  readonly message: string;
  /** Each with `@type`. */
  readonly details: JsonObject[];
  /** ErrorInfo's. */
  readonly reason: string;
  /** ErrorInfo's. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** How a family of services speaks JSON. What differs between families is all here. */
export interface Dialect {
  readonly names: WriteOptions["names"];
  readonly unsetFields: WriteOptions["unsetFields"];
  readonly unknownFields: "refused" | "ignored";
  errorBody(parts: ErrorParts): JsonValue;
}

/** google.rpc.Status as JSON. */
function statusBody({ code, message, details }: ErrorParts): JsonValue {
  return { code, message, details };
}

export const nativeDialect: Dialect = {
  names: "json",
  unsetFields: "omitted",
  unknownFields: "refused",
  errorBody: statusBody,
};

const dialects: Readonly<Record<RestDialect, Dialect>> = {
  [RestDialect.UNSPECIFIED]: nativeDialect,
  [RestDialect.NATIVE]: nativeDialect,
  [RestDialect.FRONTIER]: {
    names: "proto",
    unsetFields: "printed",
    unknownFields: "ignored",
    errorBody: statusBody,
  },
  [RestDialect.APIGEE_X]: {
    names: "json",
    unsetFields: "omitted",
    unknownFields: "refused",
    errorBody: ({ httpStatus, message, status, details }) => ({
      error: { code: httpStatus, message, status, details },
    }),
  },
  [RestDialect.APIGEE_EDGE]: {
    names: "json",
    unsetFields: "omitted",
    unknownFields: "ignored",
    errorBody: ({ reason, message, metadata }) => ({
      code: reason,
      message,
      contexts: Object.entries(metadata).map(([name, value]) => ({ name, value })),
    }),
  },
};

/** The dialect that a service has chosen by its option `rest_dialect`; native where it has not. */
export function dialectOf(service: DescService): Dialect {
  return dialects[getOption(service, rest_dialect)] ?? nativeDialect;
}
