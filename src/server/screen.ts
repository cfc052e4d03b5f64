import type { DescMethod } from "@bufbuild/protobuf";
import { base64Decode } from "@bufbuild/protobuf/wire";
import { compressedFlag } from "@connectrpc/connect/protocol";
import { createBinaryCheck } from "./binary-structure.ts";
import { compressions } from "./compression.ts";
import { Gathered } from "./gathered.ts";
import { prefixBytes } from "./grpc/frame.ts";
import type { Holding } from "./unfinished.ts";

/**
 * Gathers the bodies of a method, counts what it keeps of them, and looks into its binary messages before Connect makes
 * objects of them, which offers no place to do so. Every byte is passed on as it came. JSON is looked into where it is decoded.
 */
export interface Screen {
  /** The body in one piece; fails where a message in it is refused, or where there is no room for it. */
  body(chunks: AsyncIterable<Uint8Array>, header: Headers, holding: Holding): AsyncIterable<Uint8Array>;
  /** Rejects where the message of a Connect GET is refused. */
  query(url: string): Promise<void>;
}

interface Screening {
  readonly bytesMax: number;
  /** Counts what is kept until the body has been looked into. */
  readonly holding: Holding;
  readonly check: (body: Uint8Array) => Promise<void>;
}

/** What is said of the encoding of the messages in a body that has each behind a prefix. */
const envelopedTypes = [
  { type: /^application\/grpc/i, encodingHeader: "grpc-encoding" },
  { type: /^application\/connect\+/i, encodingHeader: "connect-content-encoding" },
];

export function createScreen(method: DescMethod, bytesMax: number): Screen {
  const check = createBinaryCheck(method.input);
  return {
    body(chunks, header, holding) {
      return gathered(chunks, { bytesMax: bytesMax + prefixBytes, holding, check: checkOf(header) });
    },
    async query(url) {
      const query = new URL(url).searchParams;
      if (query.get("encoding") !== "proto") return;
      const message = query.get("message") ?? "";
      const bytes = query.get("base64") === "1" ? base64Decode(message) : new TextEncoder().encode(message);
      await checkMessage(bytes, query.get("compression"));
    },
  };

  function checkOf(header: Headers): Screening["check"] {
    const contentType = header.get("content-type") ?? "";
    if (/json/i.test(contentType)) return async () => {};
    const enveloped = envelopedTypes.find(({ type }) => type.test(contentType));
    return enveloped === undefined
      ? (body) => checkMessage(body, header.get("content-encoding"))
      : (body) => checkFrame(body, header.get(enveloped.encodingHeader));
  }

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

/** Passes the body on when all of it is there and checked. What is too large goes on at once: Connect refuses it by its size. */
async function* gathered(
  chunks: AsyncIterable<Uint8Array>,
  { bytesMax, holding, check }: Screening,
): AsyncIterable<Uint8Array> {
  const kept = new Gathered(holding);
  let isTooLarge = false;
  try {
    for await (const chunk of chunks) {
      if (!isTooLarge && kept.length + chunk.length <= bytesMax) kept.add(chunk, bytesMax);
      else {
        if (!isTooLarge) yield kept.bytes();
        isTooLarge = true;
        yield chunk;
      }
    }
    if (isTooLarge) return;
    const body = kept.bytes();
    await check(body);
    holding.release();
    yield body;
  } finally {
    holding.release();
  }
}
