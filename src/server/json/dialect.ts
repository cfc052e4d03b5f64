import type { DescService } from "@bufbuild/protobuf";
import { RestDialect, rest_dialect } from "../../../gen/tallystick/options/v1/options_pb.ts";
import { knownOption } from "../../bounds/known-option.ts";
import type { ReadOptions } from "./read.ts";
import type { WriteOptions } from "./write-options.ts";

/** How a family of services reads and writes messages in JSON. */
export interface JsonDialect extends Pick<ReadOptions, "unknownFields"> {
  readonly names: WriteOptions["names"];
  readonly unsetFields: WriteOptions["unsetFields"];
  readonly decimals: WriteOptions["decimals"];
  readonly times: WriteOptions["times"];
}

const native: JsonDialect = {
  names: "json",
  unsetFields: "omitted",
  decimals: "text",
  times: "text",
  unknownFields: "refused",
};

const apigeeX: JsonDialect = {
  names: "json",
  unsetFields: "marked printed",
  decimals: "text",
  times: "text",
  unknownFields: "refused",
};

export const jsonDialects: Readonly<Record<RestDialect, JsonDialect>> = {
  [RestDialect.UNSPECIFIED]: native,
  [RestDialect.NATIVE]: native,
  [RestDialect.FRONTIER]: {
    names: "proto",
    unsetFields: "printed",
    decimals: "text",
    times: "text",
    unknownFields: "ignored",
  },
  [RestDialect.APIGEE_X]: apigeeX,
  [RestDialect.APIGEE_MANAGEMENT]: apigeeX,
  [RestDialect.APIGEE_EDGE]: {
    names: "json",
    unsetFields: "lists printed",
    decimals: "numbers",
    times: "text",
    unknownFields: "ignored",
  },
};

/** The dialect that a service has chosen by its option `rest_dialect`; native where it has not. */
export function jsonDialectOf(service: DescService): JsonDialect {
  return jsonDialects[knownOption(service, rest_dialect)] ?? native;
}
