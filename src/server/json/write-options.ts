import type { Registry } from "@bufbuild/protobuf";

/** How messages look as JSON. */
export interface WriteOptions {
  /** The registry that google.protobuf.Any is read with. */
  readonly registry: Registry;
  readonly names: "proto" | "json";
  /**
   * Printed: defaults, empty lists and maps, and null for messages; members of a oneof stay out (grpc-gateway's
   * EmitUnpopulated). Marked printed: empty texts and lists with the option `printed`. Lists printed: those and every empty
   * list.
   */
  readonly unsetFields: "printed" | "omitted" | "marked printed" | "lists printed";
  /** How fields with the option `decimal` are written: as what they are, or as JSON numbers with every digit. */
  readonly decimals: "text" | "numbers";
  /** How enums are written. */
  readonly enums: "names" | "numbers";
  /** How fields with the option `milliseconds` are written: as protobuf's own JSON has them, or as JSON numbers. */
  readonly times: "text" | "numbers";
}
