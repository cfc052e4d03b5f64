import type { DescMessage, Message } from "@bufbuild/protobuf";
import { encodeEnvelope, type Serialization } from "@connectrpc/connect/protocol";
import { type Frame, prefixBytes } from "../frame.ts";
import { messageWriter } from "./message.ts";
import { Wire } from "./wire.ts";
import type { Write } from "./write.ts";

export interface EncoderOptions {
  readonly messageBytesMax: number;
  /** Connect's own way. It has the last word on each message that is too large, or not what its type calls for. */
  readonly serialize: Serialization<Message>["serialize"];
}

/** Gives the message as it goes out where it is not compressed. */
export type Encoder = (message: Message) => Frame;

/**
 * Encodes the messages of one type, byte for byte as protobuf-es does. It is faster, because it looks at the type once
 * and not for every message, and because a message is one buffer from the beginning and not one for each string.
 */
export function createEncoder(desc: DescMessage, { messageBytesMax, serialize }: EncoderOptions): Encoder {
  const write = messageWriter(desc);
  return (message) => {
    const frame = frameOf(write, message);
    const isGood = frame !== undefined && frame.length - prefixBytes <= messageBytesMax;
    return isGood ? frame : encodeEnvelope(0, serialize(message));
  };
}

/** One for all: a message is written from its first byte to its last at once. */
const wire = new Wire();

/** Undefined where the writer does not know what to do with the message. */
function frameOf(write: Write, message: Message): Frame | undefined {
  const { mark } = wire;
  try {
    wire.skip(prefixBytes);
    write(wire, message);
    const frame = wire.since(mark);
    frame.writeUInt8(0, 0);
    frame.writeUInt32BE(frame.length - prefixBytes, 1);
    return frame;
  } catch {
    return undefined;
  } finally {
    wire.rewind(mark);
  }
}
