import type { DescMessage, Message } from "@bufbuild/protobuf";
import type { Serialization } from "@connectrpc/connect/protocol";
import { messageReader } from "./message.ts";
import { Source } from "./source.ts";

/** Connect's own way to read a message. */
export type Parse = Serialization<Message>["parse"];

/**
 * Reads the messages of one type as protobuf-es does, only faster.
 *
 * @param parse has the last word on each message that is not plain
 */
export function createDecoder(desc: DescMessage, parse: Parse): Parse {
  const read = messageReader(desc);
  return (bytes) => {
    try {
      return read(new Source(bytes));
    } catch {
      return parse(bytes);
    }
  };
}
