import type { DescMessage } from "@bufbuild/protobuf";
import { WireType } from "@bufbuild/protobuf/wire";
import type { ConnectError } from "@connectrpc/connect";
import { tooLarge } from "../reasoned.ts";
import { type FieldLayout, layoutOf, type MessageLayout } from "./binary-layout.ts";
import { elementsMax, tooManyElements, tooManyValues, valuesMax } from "./repetition.ts";
import { invalidFields } from "./violations.ts";

/** As deep as protobuf-es reads; what nests deeper it refuses itself. */
const depthMax = 100;

/** The key that JavaScript objects cannot hold: it would vanish with its value. */
const forbidden = Buffer.from("__proto__");
/** What protobuf-es takes away from the beginning of a text. */
const byteOrderMark = Buffer.from("\ufeff");

/** Why a message is refused: for what stands at a path, or for all its values where there is none. */
interface Fault {
  readonly path: string | undefined;
  readonly description: string;
}

/** @throws ConnectError INVALID_FIELDS for a key that cannot be kept, and for a list or a map that is too long, REQUEST_TOO_LARGE for too many values. */
export type BinaryCheck = (bytes: Uint8Array) => void;

/**
 * Makes what refuses messages of a type in which something repeats too often, or that have a key which JavaScript objects
 * cannot hold, before an object is made of any of it. It follows the bytes as protobuf-es does, by the types of the fields;
 * what that cannot read may pass.
 */
export function createBinaryCheck(desc: DescMessage): BinaryCheck {
  const layout = layoutOf(desc);
  return (bytes) => {
    // A list that is too long has more bytes than elements.
    if (bytes.length <= elementsMax && !hasForbidden(bytes)) return;
    const fault = new Search(bytes).run(layout);
    if (fault !== undefined) throw errorOf(fault);
  };
}

/** Nearly no message has the word, and only such are looked into. */
function hasForbidden({ buffer, byteOffset, byteLength }: Uint8Array): boolean {
  return Buffer.from(buffer, byteOffset, byteLength).includes(forbidden);
}

function errorOf({ path, description }: Fault): ConnectError {
  if (path !== undefined) return invalidFields([{ field: path, description }]);
  return tooLarge(description);
}

class Search {
  readonly #bytes: Uint8Array;
  #at = 0;
  #values = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  run(layout: MessageLayout): Fault | undefined {
    return this.#message(layout, this.#bytes.length, 1);
  }

  #message(layout: MessageLayout, end: number, depth: number): Fault | undefined {
    if (depth > depthMax) return this.#stop();
    const places = new Places();
    let tags = 0;
    while (this.#at < end) {
      const tag = this.#varint();
      tags += 1;
      if (tags > layout.tagsFree) this.#values += 1;
      const number = tag >>> 3;
      const field = layout.fields.get(number);
      if (field === undefined) {
        if (!layout.isEntry) this.#skip(tag & 7);
      } else {
        const isPacked = field.packs && (tag & 7) === WireType.LengthDelimited;
        const index = field.repeats && !isPacked ? places.next(field) : undefined;
        if (index === elementsMax) return { path: field.name, description: tooManyElements };
        if (layout.isEntry && number === 1 && this.#isForbidden(field))
          return { path: "", description: 'the key "__proto__" is not accepted' };
        const fault = isPacked ? this.#packed(field, places) : this.#field(field, depth);
        if (fault !== undefined) return within(field, index, fault);
      }
      if (this.#values > valuesMax) return { path: undefined, description: tooManyValues };
    }
    return undefined;
  }

  #field(field: FieldLayout, depth: number): Fault | undefined {
    if (field.message === undefined) return this.#skip(field.wireType);
    const layout = field.message();
    const end = this.#varint() + this.#at;
    return this.#message(layout, end, layout.isEntry ? depth : depth + 1);
  }

  /** Whether the key that follows is one that cannot be kept; nothing is read of it. */
  #isForbidden({ wireType }: FieldLayout): boolean {
    if (wireType !== WireType.LengthDelimited) return false;
    const before = this.#at;
    const length = this.#varint();
    const key = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at = before;
    const hasMark = byteOrderMark.equals(key.subarray(0, byteOrderMark.length));
    return forbidden.equals(hasMark ? key.subarray(byteOrderMark.length) : key);
  }

  #packed(field: FieldLayout, places: Places): Fault | undefined {
    const end = this.#varint() + this.#at;
    while (this.#at < end) {
      if (places.next(field) === elementsMax) return { path: "", description: tooManyElements };
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

function within({ name }: FieldLayout, index: number | undefined, { path, description }: Fault): Fault {
  if (path === undefined) return { path, description };
  const here = index === undefined || path === "" || name === "" ? name : `${name}[${index}]`;
  return { path: [here, path].filter((each) => each !== "").join("."), description };
}
