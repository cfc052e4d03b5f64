import type { DescMethod } from "@bufbuild/protobuf";
import { base64Decode } from "@bufbuild/protobuf/wire";
import { compressedFlag } from "@connectrpc/connect/protocol";
import { createBinaryCheck } from "./binary-structure.ts";
import { compressions } from "./compression.ts";
import { prefixBytes } from "./grpc/frame.ts";

/**
 * Looks into the binary messages of a method before Connect makes objects of them, which offers no place to do so, and
 * passes on every byte as it came. JSON is looked into where it is decoded.
 */
export interface Screen {
  /** The body; fails where a message in it is refused. */
  body(chunks: AsyncIterable<Uint8Array>, header: Headers): AsyncIterable<Uint8Array>;
  /** Rejects where the message of a Connect GET is refused. */
  query(url: string): Promise<void>;
}

export function createScreen(method: DescMethod, bytesMax: number): Screen {
  const check = createBinaryCheck(method.input);
  return {
    body(chunks, header) {
      const contentType = header.get("content-type") ?? "";
      if (/json/i.test(contentType)) return chunks;
      return /^application\/grpc/i.test(contentType)
        ? screened(chunks, bytesMax, (bytes) => checkFrame(bytes, header.get("grpc-encoding")))
        : screened(chunks, bytesMax, (bytes) => checkMessage(bytes, header.get("content-encoding")));
    },
    async query(url) {
      const query = new URL(url).searchParams;
      if (query.get("encoding") !== "proto") return;
      const message = query.get("message") ?? "";
      const bytes = query.get("base64") === "1" ? base64Decode(message) : new TextEncoder().encode(message);
      await checkMessage(bytes, query.get("compression"));
    },
  };

  async function checkFrame(body: Uint8Array, encoding: string | null): Promise<void> {
    if (body.length < prefixBytes) return;
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    const end = prefixBytes + view.getUint32(1);
    const isCompressed = (view.getUint8(0) & compressedFlag) !== 0;
    // A frame that is not whole is refused by Connect, and so is a second one.
    if (end <= body.length)
      await checkMessage(body.subarray(prefixBytes, end), isCompressed ? encoding : null);
  }

  /** What is compressed in a way that nobody knows is refused by Connect. */
  async function checkMessage(bytes: Uint8Array, encoding: string | null): Promise<void> {
    const compression = compressions.find(({ name }) => name === encoding);
    check(compression === undefined ? bytes : await compression.decompress(bytes, bytesMax));
  }
}

/** Passes chunks on when all are there and checked. What is too large goes on at once: Connect refuses it by its size. */
async function* screened(
  chunks: AsyncIterable<Uint8Array>,
  bytesMax: number,
  check: (body: Uint8Array) => Promise<void>,
): AsyncIterable<Uint8Array> {
  const kept: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    kept.push(chunk);
    if (bytes > bytesMax + prefixBytes) yield* kept.splice(0);
  }
  if (bytes > bytesMax + prefixBytes) return;
  const body = Buffer.concat(kept);
  await check(body);
  yield body;
}
