import { Code, type ConnectError } from "@connectrpc/connect";
import type { Compression } from "@connectrpc/connect/protocol";
import { compressionBrotli, compressionGzip } from "@connectrpc/connect-node";
import { type Encoding, inflate, tooDense } from "../inflate.ts";
import { reasoned } from "../reasoned.ts";
import type { Asker } from "../turns.ts";

/** Whoever inflates a request for Connect again, which finds none that is compressed. */
const nobody: Asker = { address: "", departure: { aborted: false, reason: undefined } };

/**
 * What requests and responses may be compressed with. Connect's own blame the server (INTERNAL) for some of what does
 * not inflate, such as a stream that is cut off.
 */
export const compressions: readonly Compression[] = [
  inflating(compressionGzip, "gzip"),
  inflating(compressionBrotli, "br"),
];

/** What inflates a message for a caller; undefined for an encoding that nobody knows. */
export function inflaterFor(asker: Asker, encoding: string | null): Compression | undefined {
  switch (encoding) {
    case "gzip":
      return inflating(compressionGzip, encoding, asker);
    case "br":
      return inflating(compressionBrotli, encoding, asker);
    default:
      return undefined;
  }
}

/** Messages smaller than this are sent as they are: to compress them costs more than it saves. */
export const compressBytesMin = 1024;

function inflating(compression: Compression, encoding: Encoding, asker = nobody): Compression {
  return {
    ...compression,
    async decompress(bytes, readMaxBytes) {
      if (bytes.length === 0) return new Uint8Array(0);
      const inflated = await inflate(bytes, encoding, { bytesMax: readMaxBytes, asker });
      switch (inflated.fault) {
        case undefined:
          return inflated.bytes;
        case "too large":
          throw tooLarge(`the message is larger than ${readMaxBytes} bytes`);
        case "too dense":
          throw tooLarge(`the message ${tooDense}`);
        case "malformed": {
          const words = `the message is not valid ${compression.name}`;
          throw reasoned("MALFORMED_MESSAGE", Code.InvalidArgument, words);
        }
      }
    },
  };
}

function tooLarge(words: string): ConnectError {
  return reasoned("REQUEST_TOO_LARGE", Code.ResourceExhausted, words);
}
