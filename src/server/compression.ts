import { Code, ConnectError } from "@connectrpc/connect";
import type { Compression } from "@connectrpc/connect/protocol";
import { compressionBrotli, compressionGzip } from "@connectrpc/connect-node";
import { ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { errorDomain } from "../errors/error-domain.ts";
import { type Encoding, inflate, tooDense } from "./inflate.ts";
import type { ServerReason } from "./status.ts";

/**
 * What requests and responses may be compressed with. Connect's own blame the server (INTERNAL) for some of what does
 * not inflate, such as a stream that is cut off.
 */
export const compressions: readonly Compression[] = [
  inflating(compressionGzip, "gzip"),
  inflating(compressionBrotli, "br"),
];

/** Messages smaller than this are sent as they are: to compress them costs more than it saves. */
export const compressBytesMin = 1024;

function inflating(compression: Compression, encoding: Encoding): Compression {
  return {
    ...compression,
    async decompress(bytes, readMaxBytes) {
      if (bytes.length === 0) return new Uint8Array(0);
      const inflated = await inflate(bytes, encoding, readMaxBytes);
      switch (inflated.fault) {
        case undefined:
          return inflated.bytes;
        case "too large":
          throw tooLarge(`the message is larger than ${readMaxBytes} bytes`);
        case "too dense":
          throw tooLarge(`the message ${tooDense}`);
        case "malformed": {
          const words = `the message is not valid ${compression.name}`;
          throw failure(words, Code.InvalidArgument, "MALFORMED_MESSAGE");
        }
      }
    },
  };
}

function tooLarge(words: string): ConnectError {
  return failure(words, Code.ResourceExhausted, "REQUEST_TOO_LARGE");
}

function failure(words: string, code: Code, reason: ServerReason): ConnectError {
  const info = { desc: ErrorInfoSchema, value: { reason, domain: errorDomain } };
  return new ConnectError(words, code, undefined, [info]);
}
