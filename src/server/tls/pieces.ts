import type { Writable } from "node:stream";

type Done = (error?: Error | null) => void;

interface Chunk {
  readonly chunk: Buffer | string;
  readonly encoding: BufferEncoding;
}

/** As much as is read of a connection in one go. */
const pieceBytesMax = 64 * 1024;

/**
 * Has a socket encrypt what is written to it as its client takes it. Node encrypts all of a chunk at once, and so keeps a large answer
 * twice for as long as its client does not read, and does nothing else meanwhile. What HTTP/2 writes does not come by here.
 */
export function encryptInPieces(socket: Pick<Writable, "_write" | "_writev">): void {
  const write = socket._write.bind(socket);
  const writeAll = socket._writev?.bind(socket);

  const writeBytes = (bytes: Buffer, done: Done): void => {
    const rest = bytes.subarray(pieceBytesMax);
    const next: Done = (error) => (error || rest.length === 0 ? done(error) : writeBytes(rest, done));
    write(bytes.subarray(0, pieceBytesMax), "buffer" as BufferEncoding, next);
  };
  const writeChunks = ([first, ...rest]: readonly Chunk[], done: Done): void => {
    if (first === undefined) done();
    else writeBytes(bytesOf(first), (error) => (error ? done(error) : writeChunks(rest, done)));
  };

  const writeOne = (chunk: Buffer | string, encoding: BufferEncoding, done: Done): void => {
    if (chunk.length <= pieceBytesMax) write(chunk, encoding, done);
    else writeBytes(bytesOf({ chunk, encoding }), done);
  };
  const writeEach = (chunks: Chunk[], done: Done): void => {
    if (writeAll !== undefined && lengthOf(chunks) <= pieceBytesMax) writeAll(chunks, done);
    else writeChunks(chunks, done);
  };
  socket._write = writeOne;
  socket._writev = writeEach;
}

function lengthOf(chunks: readonly Chunk[]): number {
  return chunks.reduce((length, { chunk }) => length + chunk.length, 0);
}

function bytesOf({ chunk, encoding }: Chunk): Buffer {
  return typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk;
}
