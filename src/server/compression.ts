import { promisify } from "node:util";
import zlib from "node:zlib";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Compression } from "@connectrpc/connect/protocol";
import { compressionBrotli, compressionGzip } from "@connectrpc/connect-node";

/**
 * What requests and responses may be compressed with. Connect's own blame the server (INTERNAL) for some of what does
 * not inflate, such as a stream that is cut off.
 */
export const compressions: readonly Compression[] = [
  inflating(compressionGzip, promisify(zlib.gunzip)),
  inflating(compressionBrotli, promisify(zlib.brotliDecompress)),
];

/** Messages smaller than this are sent as they are: to compress them costs more than it saves. */
export const compressBytesMin = 1024;

type Inflate = (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Uint8Array<ArrayBuffer>>;

function inflating(compression: Compression, inflate: Inflate): Compression {
  return {
    ...compression,
    async decompress(bytes, readMaxBytes) {
      if (bytes.length === 0) return new Uint8Array(0);
      try {
        return await inflate(bytes, { maxOutputLength: readMaxBytes });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") {
          throw new ConnectError(`the message is larger than ${readMaxBytes} bytes`, Code.ResourceExhausted);
        }
        throw new ConnectError(`the message is not valid ${compression.name}`, Code.InvalidArgument);
      }
    },
  };
}
