import type { DescService, JsonValue } from "@bufbuild/protobuf";
import { getOption } from "@bufbuild/protobuf";
import { RestDialect, rest_dialect } from "../../../gen/tallystick/options/v1/options_pb.ts";
import type { BodyTypes } from "./body.ts";
import { edgeCode, edgeContexts } from "./edge-error.ts";
import type { ErrorParts } from "./error-parts.ts";
import type { WriteOptions } from "./json/write.ts";

/** How a family of services speaks JSON. What differs between families is all here. */
export interface Dialect {
  readonly names: WriteOptions["names"];
  readonly unsetFields: WriteOptions["unsetFields"];
  readonly decimals: WriteOptions["decimals"];
  readonly unknownFields: "refused" | "ignored";
  /** Which Content-Types a body may have. Whichever it has, it is read as JSON in UTF-8. */
  readonly bodyTypes: Exclude<BodyTypes, "form">;
  /**
   * Google's parameters of every method, such as `fields`, and its header `x-http-method-override`: whether they do what
   * Google says, or nothing.
   */
  readonly systemParameters: "honoured" | "tolerated";
  errorBody(parts: ErrorParts): JsonValue;
}

/** google.rpc.Status as JSON. */
function statusBody({ code, message, details }: ErrorParts): JsonValue {
  return { code, message, details };
}

export const nativeDialect: Dialect = {
  names: "json",
  unsetFields: "omitted",
  decimals: "text",
  unknownFields: "refused",
  bodyTypes: "JSON",
  systemParameters: "tolerated",
  errorBody: statusBody,
};

const dialects: Readonly<Record<RestDialect, Dialect>> = {
  [RestDialect.UNSPECIFIED]: nativeDialect,
  [RestDialect.NATIVE]: nativeDialect,
  [RestDialect.FRONTIER]: {
    names: "proto",
    unsetFields: "printed",
    decimals: "text",
    unknownFields: "ignored",
    // As in grpc-gateway, through which Frontier's clients have come: curl's `-d` without a header passes there.
    bodyTypes: "any",
    systemParameters: "tolerated",
    errorBody: statusBody,
  },
  [RestDialect.APIGEE_X]: {
    names: "json",
    unsetFields: "omitted",
    decimals: "text",
    unknownFields: "refused",
    bodyTypes: "JSON",
    systemParameters: "honoured",
    errorBody: ({ httpStatus, message, status, details }) => ({
      error: { code: httpStatus, message, status, details },
    }),
  },
  [RestDialect.APIGEE_EDGE]: {
    names: "json",
    unsetFields: "lists printed",
    decimals: "numbers",
    unknownFields: "ignored",
    bodyTypes: "JSON",
    systemParameters: "tolerated",
    errorBody: (parts) => ({
      code: edgeCode(parts.reason),
      message: parts.message,
      contexts: edgeContexts(parts),
    }),
  },
};

/** The dialect that a service has chosen by its option `rest_dialect`; native where it has not. */
export function dialectOf(service: DescService): Dialect {
  return dialects[getOption(service, rest_dialect)] ?? nativeDialect;
}
