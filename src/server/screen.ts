import type { DescMethod } from "@bufbuild/protobuf";
import { base64Decode, base64Encode } from "@bufbuild/protobuf/wire";
import type { ContextValues } from "@connectrpc/connect";
import { type Compression, compressedFlag, encodeEnvelope } from "@connectrpc/connect/protocol";
import { createBinaryCheck } from "./binary-structure.ts";
import { compressions } from "./compression.ts";
import { prefixBytes } from "./grpc/frame.ts";
import { createJsonReader } from "./json-message.ts";

/**
 * Looks into the messages of a method before Connect makes objects of them, which offers no place to do so. Binary goes on
 * as it came, and JSON as it was understood.
 */
export interface Screen {
  /** The body for Connect; fails where a message in it is refused. */
  body(request: ScreenedRequest): AsyncIterable<Uint8Array>;
  /** The URL of a Connect GET for Connect; rejects where its message is refused. */
  query(request: Pick<ScreenedRequest, "values"> & { readonly url: string }): Promise<string>;
}

export interface ScreenedRequest {
  readonly body: AsyncIterable<Uint8Array>;
  readonly header: Headers;
  readonly values: ContextValues;
}

/** What becomes of a message. */
type Look = (message: Uint8Array) => Uint8Array;

export function createScreen(method: DescMethod, bytesMax: number): Screen {
  const check = createBinaryCheck(method.input);
  const read = createJsonReader(method);
  const lookAt = (isJson: boolean, values: ContextValues): Look =>
    isJson
      ? (message) => read(message, values)
      : (message) => {
          check(message);
          return message;
        };
  return {
    body({ body, header, values }) {
      const contentType = header.get("content-type") ?? "";
      const isJson = /json/i.test(contentType);
      const look = lookAt(isJson, values);
      // Of what is written again it is not known yet.
      if (isJson) header.delete("content-length");
      const framed = /^application\/(?:grpc|(connect\+))/i.exec(contentType);
      if (framed === null)
        return screened(body, bytesMax, (bytes) => seen(bytes, header.get("content-encoding"), look));
      const encoding = header.get(framed[1] === undefined ? "grpc-encoding" : "connect-content-encoding");
      return screened(body, bytesMax, (bytes) => seenInFrame(bytes, encoding, look));
    },
    async query({ url, values }) {
      const target = new URL(url);
      const query = target.searchParams;
      const message = query.get("message") ?? "";
      const bytes = query.get("base64") === "1" ? base64Decode(message) : new TextEncoder().encode(message);
      const isJson = query.get("encoding") === "json";
      const passed = await seen(bytes, query.get("compression"), lookAt(isJson, values));
      if (passed === bytes) return url;
      query.set("base64", "1");
      query.set("message", base64Encode(passed, "url"));
      return target.href;
    },
  };

  async function seenInFrame(body: Uint8Array, encoding: string | null, look: Look): Promise<Uint8Array> {
    if (body.length < prefixBytes) return body;
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    const end = prefixBytes + view.getUint32(1);
    // A frame that is not whole is refused by Connect, and so is a second one.
    if (end > body.length) return body;
    const flags = view.getUint8(0);
    const message = body.subarray(prefixBytes, end);
    const passed = await seen(message, (flags & compressedFlag) === 0 ? null : encoding, look);
    return passed === message ? body : Buffer.concat([encodeEnvelope(flags, passed), body.subarray(end)]);
  }

  /** What is compressed in a way that nobody knows is refused by Connect. */
  async function seen(bytes: Uint8Array, encoding: string | null, look: Look): Promise<Uint8Array> {
    const compression = compressions.find(({ name }) => name === encoding);
    return compression === undefined ? look(bytes) : seenInflated(bytes, compression, look);
  }

  async function seenInflated(
    bytes: Uint8Array,
    { compress, decompress }: Compression,
    look: Look,
  ): Promise<Uint8Array> {
    const message = await decompress(bytes, bytesMax);
    const passed = look(message);
    return passed === message ? bytes : compress(passed);
  }
}

/** Passes chunks on when all are there and seen. What is too large goes on at once: Connect refuses it by its size. */
async function* screened(
  chunks: AsyncIterable<Uint8Array>,
  bytesMax: number,
  seenBody: (body: Uint8Array) => Promise<Uint8Array>,
): AsyncIterable<Uint8Array> {
  const kept: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    kept.push(chunk);
    if (bytes > bytesMax + prefixBytes) yield* kept.splice(0);
  }
  if (bytes > bytesMax + prefixBytes) return;
  yield await seenBody(Buffer.concat(kept));
}
