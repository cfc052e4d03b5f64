import type { DescService, JsonValue } from "@bufbuild/protobuf";
import { RestDialect, rest_dialect } from "../../../gen/tallystick/options/v1/options_pb.ts";
import { knownOption } from "../../bounds/known-option.ts";
import { type JsonDialect, jsonDialects } from "../json/dialect.ts";
import type { BodyTypes } from "./body.ts";
import { edgeCode, edgeContexts } from "./edge-error.ts";
import type { ErrorParts } from "./error-parts.ts";
import { managementCode } from "./management-error.ts";

/** How a family of services speaks REST. What differs between families is all here, and in its JSON. */
export interface Dialect extends JsonDialect {
  /** Which Content-Types a body may have. Whichever it has, it is read as JSON in UTF-8. */
  readonly bodyTypes: Exclude<BodyTypes, "form">;
  /**
   * Google's parameters of every method, such as `fields`, and its header `x-http-method-override`: whether they do what
   * Google says, or nothing.
   */
  readonly systemParameters: "honoured" | "tolerated";
  /** The dialect that an organization may choose in its place. */
  readonly alternative?: Dialect;
  /** What else a path is called; itself where it has no other name. */
  aliasOf(path: string): string;
  errorBody(parts: ErrorParts): JsonValue;
}

function noAlias(path: string): string {
  return path;
}

/** Apigee's short form, which Edge's own documentation uses beside the long one. */
function apigeeAlias(path: string): string {
  return path.replace(/^(\/v1(?:\/mint)?)\/organizations\//, "$1/o/");
}

/** google.rpc.Status as JSON. */
function statusBody({ code, message, details }: ErrorParts): JsonValue {
  return { code, message, details };
}

export const nativeDialect: Dialect = {
  ...jsonDialects[RestDialect.NATIVE],
  bodyTypes: "JSON",
  systemParameters: "tolerated",
  aliasOf: noAlias,
  errorBody: statusBody,
};

const apigeeX: Dialect = {
  ...jsonDialects[RestDialect.APIGEE_X],
  bodyTypes: "JSON",
  systemParameters: "honoured",
  aliasOf: apigeeAlias,
  errorBody: ({ httpStatus, message, status, details }) => ({
    error: { code: httpStatus, message, status, details },
  }),
};

const edgeManagement: Dialect = {
  ...jsonDialects[RestDialect.APIGEE_EDGE],
  decimals: "text",
  times: "numbers",
  bodyTypes: "JSON",
  systemParameters: "tolerated",
  aliasOf: apigeeAlias,
  errorBody: (parts) => ({
    code: managementCode(parts),
    message: parts.message,
    contexts: edgeContexts(parts),
  }),
};

const dialects: Readonly<Record<RestDialect, Dialect>> = {
  [RestDialect.UNSPECIFIED]: nativeDialect,
  [RestDialect.NATIVE]: nativeDialect,
  [RestDialect.FRONTIER]: {
    ...jsonDialects[RestDialect.FRONTIER],
    // As in grpc-gateway, through which Frontier's clients have come: curl's `-d` without a header passes there.
    bodyTypes: "any",
    systemParameters: "tolerated",
    aliasOf: noAlias,
    errorBody: statusBody,
  },
  [RestDialect.APIGEE_X]: apigeeX,
  [RestDialect.APIGEE_MANAGEMENT]: { ...apigeeX, alternative: edgeManagement },
  [RestDialect.APIGEE_EDGE]: {
    ...jsonDialects[RestDialect.APIGEE_EDGE],
    bodyTypes: "JSON",
    systemParameters: "tolerated",
    aliasOf: apigeeAlias,
    errorBody: (parts) => ({
      code: edgeCode(parts),
      message: parts.message,
      contexts: edgeContexts(parts),
    }),
  },
};

/** The dialect that a service has chosen by its option `rest_dialect`; native where it has not. */
export function dialectOf(service: DescService): Dialect {
  return dialects[knownOption(service, rest_dialect)] ?? nativeDialect;
}
