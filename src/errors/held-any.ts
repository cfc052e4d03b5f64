import { type DescMessage, type Message, type MessageShape, toBinary } from "@bufbuild/protobuf";
import { type Any, anyUnpack } from "@bufbuild/protobuf/wkt";

/** An Any whose message is at hand: it is packed when it is sent in binary, once, and JSON never needs it packed. */
export class HeldAny implements Any {
  readonly $typeName = "google.protobuf.Any";
  readonly typeUrl: string;
  #packed: Uint8Array | undefined;

  constructor(
    readonly desc: DescMessage,
    readonly message: Message,
  ) {
    this.typeUrl = `type.googleapis.com/${desc.typeName}`;
  }

  get value(): Uint8Array {
    this.#packed ??= toBinary(this.desc, this.message);
    return this.#packed;
  }
}

/** The message in an Any, if it is of that type. */
export function messageIn<D extends DescMessage>(any: Any, desc: D): MessageShape<D> | undefined {
  if (!(any instanceof HeldAny)) return anyUnpack(any, desc);
  return any.desc.typeName === desc.typeName ? (any.message as MessageShape<D>) : undefined;
}
