import type { DescMessage } from "@bufbuild/protobuf";
import { WireType } from "@bufbuild/protobuf/wire";
import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { errorDomain } from "../errors/error-domain.ts";
import { type FieldLayout, layoutOf, type MessageLayout } from "./binary-layout.ts";
import { refuseForbiddenKeys } from "./forbidden-key.ts";
import { invalidFields } from "./gateway/violations.ts";
import { elementsMax, tooManyElements, tooManyValues, valuesMax } from "./repetition.ts";

/** As deep as protobuf-es reads; what nests deeper it refuses itself. */
const depthMax = 100;

/** What a message has too much of: elements at a path, or values where there is none. */
interface Excess {
  readonly path: string | undefined;
}

/** @throws ConnectError INVALID_FIELDS for a key that cannot be kept, and for a list or a map that is too long, REQUEST_TOO_LARGE for too many values. */
export type BinaryCheck = (bytes: Uint8Array) => void;

/**
 * Makes what refuses messages of a type in which something repeats too often or that have a key which JavaScript objects
 * cannot hold, before an object is made of any of it. It
 * follows the bytes as protobuf-es does, by the types of the fields; what that cannot read may pass.
 */
export function createBinaryCheck(desc: DescMessage): BinaryCheck {
  const layout = layoutOf(desc);
  return (bytes) => {
    // A list that is too long has more bytes than elements.
    const excess = bytes.length <= elementsMax ? undefined : new Search(bytes).run(layout);
    if (excess !== undefined) throw errorOf(excess);
    refuseForbiddenKeys(desc, bytes);
  };
}

function errorOf({ path }: Excess): ConnectError {
  if (path !== undefined) return invalidFields([{ field: path, description: tooManyElements }]);
  const info = { reason: "REQUEST_TOO_LARGE", domain: errorDomain };
  return new ConnectError(`the message ${tooManyValues}`, Code.ResourceExhausted, undefined, [
    { desc: ErrorInfoSchema, value: info },
  ]);
}

class Search {
  readonly #bytes: Uint8Array;
  #at = 0;
  #values = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  run(layout: MessageLayout): Excess | undefined {
    return this.#message(layout, this.#bytes.length, 1);
  }

  #message(layout: MessageLayout, end: number, depth: number): Excess | undefined {
    if (depth > depthMax) return this.#stop();
    const places = new Places();
    let tags = 0;
    while (this.#at < end) {
      const tag = this.#varint();
      tags += 1;
      if (tags > layout.tagsFree) this.#values += 1;
      const field = layout.fields.get(tag >>> 3);
      if (field === undefined) {
        if (!layout.isEntry) this.#skip(tag & 7);
      } else {
        const isPacked = field.packs && (tag & 7) === WireType.LengthDelimited;
        const index = field.repeats && !isPacked ? places.next(field) : undefined;
        if (index === elementsMax) return { path: field.name };
        const excess = isPacked ? this.#packed(field, places) : this.#field(field, depth);
        if (excess !== undefined) return within(field, index, excess);
      }
      if (this.#values > valuesMax) return { path: undefined };
    }
    return undefined;
  }

  #field(field: FieldLayout, depth: number): Excess | undefined {
    if (field.message === undefined) return this.#skip(field.wireType);
    const layout = field.message();
    const end = this.#varint() + this.#at;
    return this.#message(layout, end, layout.isEntry ? depth : depth + 1);
  }

  #packed(field: FieldLayout, places: Places): Excess | undefined {
    const end = this.#varint() + this.#at;
    while (this.#at < end) {
      if (places.next(field) === elementsMax) return { path: "" };
      this.#values += 1;
      this.#skip(field.wireType);
    }
    return undefined;
  }

  #skip(wireType: number): undefined {
    switch (wireType) {
      case WireType.Varint:
        this.#varint();
        return;
      case WireType.Bit64:
        this.#at += 8;
        return;
      case WireType.LengthDelimited: {
        const length = this.#varint();
        this.#at += length;
        return;
      }
      case WireType.StartGroup:
        return this.#skipGroup();
      case WireType.Bit32:
        this.#at += 4;
        return;
      default:
        return this.#stop();
    }
  }

  /** A group is unknown, so all that it holds is skipped. */
  #skipGroup(): undefined {
    for (let open = 1; open > 0 && this.#at < this.#bytes.length && this.#values <= valuesMax; ) {
      this.#values += 1;
      const wireType = this.#varint() & 7;
      if (wireType === WireType.StartGroup) open += 1;
      else if (wireType === WireType.EndGroup) open -= 1;
      else this.#skip(wireType);
    }
  }

  /** The low 32 bits of a varint. */
  #varint(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#bytes[this.#at++] ?? 0;
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    this.#stop();
    return 0;
  }

  /** Nobody reads on from here. */
  #stop(): undefined {
    this.#at = this.#bytes.length;
  }
}

/** Counts the elements of the lists and maps of one message. */
class Places {
  #counts: Map<FieldLayout, number> | undefined;

  /** The place of the next element, from 0. */
  next(field: FieldLayout): number {
    this.#counts ??= new Map();
    const index = this.#counts.get(field) ?? 0;
    this.#counts.set(field, index + 1);
    return index;
  }
}

function within({ name }: FieldLayout, index: number | undefined, { path }: Excess): Excess {
  if (path === undefined) return { path };
  const here = index === undefined || path === "" || name === "" ? name : `${name}[${index}]`;
  return { path: [here, path].filter((each) => each !== "").join(".") };
}
