import { WireType } from "@bufbuild/protobuf/wire";
import type { Wire } from "./wire.ts";

/** Writes a value. Throws where the value is not what the field's type calls for. */
export type Write<T = unknown> = (wire: Wire, value: T) => void;

/** Writes a value with the number of its field before it. */
export function tagged<T>(field: number, wireType: WireType, write: Write<T>): Write<T> {
  const tag = tagOf(field, wireType);
  return (wire, value) => {
    wire.varint(tag);
    write(wire, value);
  };
}

/** Writes a value with the number of its field and its length before it. */
export function delimited<T>(field: number, write: Write<T>): Write<T> {
  const tag = tagOf(field, WireType.LengthDelimited);
  // The length takes mostly as many bytes as the last time.
  let lengthBytes = 1;
  return (wire, value) => {
    const guessed = lengthBytes;
    wire.varint(tag);
    const start = wire.open(guessed);
    write(wire, value);
    lengthBytes = wire.close(start, guessed);
  };
}

function tagOf(field: number, wireType: WireType): number {
  return ((field << 3) | wireType) >>> 0;
}
