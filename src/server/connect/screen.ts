import type { DescMethod } from "@bufbuild/protobuf";
import { base64Decode, base64Encode } from "@bufbuild/protobuf/wire";
import { Code, ConnectError, type ContextValues } from "@connectrpc/connect";
import { compressedFlag, encodeEnvelope } from "@connectrpc/connect/protocol";
import type { Asker } from "../../bounds/turns.ts";
import { type LoggedCall, tellable } from "../../errors/unexpected.ts";
import { prefixBytes } from "../grpc/frame.ts";
import { encodeUtf8 } from "../json/utf8.ts";
import { reasoned } from "../reasoned.ts";
import { createBinaryCheck } from "../requests/binary-structure.ts";
import { Gathered } from "../requests/gathered.ts";
import { rounds } from "../requests/rounds.ts";
import type { Holding } from "../requests/unfinished.ts";
import { encodingHeadersOf, inflaterFor } from "./compression.ts";
import { createJsonReader } from "./json-message.ts";

/**
 * Gathers the bodies of a method, counts what it keeps of them, and looks into their messages before Connect makes objects of
 * them, which offers no place to do so. Binary goes on as it came, and JSON as it was understood; neither is compressed any more.
 */
export interface Screen {
  /** The body for Connect, in one piece; fails where a message in it is refused, or where there is no room for it. */
  body(
    request: ScreenedRequest & { readonly holding: Holding; readonly logged: LoggedCall },
  ): AsyncIterable<Uint8Array>;
  /** The URL of a Connect GET for Connect; rejects where its message is refused. */
  query(request: Pick<ScreenedRequest, "values" | "asker"> & { readonly url: string }): Promise<string>;
}

export interface ScreenedRequest {
  readonly body: AsyncIterable<Uint8Array>;
  readonly header: Headers;
  readonly values: ContextValues;
  readonly asker: Asker;
}

/** What becomes of a message. */
type Look = (message: Uint8Array) => Uint8Array;

/** How a message is read, and for whom. */
interface Reading {
  readonly asker: Asker;
  readonly inflater: ReturnType<typeof inflaterFor>;
  readonly look: Look;
}

interface Screening {
  readonly bytesMax: number;
  readonly asker: Asker;
  /** Counts what is kept until the body has been looked into. */
  readonly holding: Holding;
  readonly seen: (body: Uint8Array) => Promise<Uint8Array>;
}

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
    body({ body, header, values, asker, holding, logged }) {
      const contentType = header.get("content-type") ?? "";
      const isJson = /json/i.test(contentType);
      const look = lookAt(isJson, values);
      const { encoding, isFramed } = encodingHeadersOf(contentType);
      const seenBody = isFramed ? seenInFrame : seen;
      const inflater = inflaterFor(asker, header.get(encoding));
      if (!isFramed && inflater !== undefined) header.delete(encoding);
      // Of what is inflated, or written again, it is not known yet.
      if (isJson || inflater !== undefined) header.delete("content-length");
      return gathered(body, {
        bytesMax: bytesMax + prefixBytes,
        holding,
        asker,
        // Connect keeps to itself why the body failed.
        seen: (bytes) =>
          seenBody(bytes, { asker, inflater, look }).catch((error: unknown) => {
            throw tellable(error, logged);
          }),
      });
    },
    async query({ url, values, asker }) {
      const target = new URL(url);
      const query = target.searchParams;
      const message = query.get("message") ?? "";
      const bytes = query.get("base64") === "1" ? decodeBase64(message) : encodeUtf8(message);
      const isJson = query.get("encoding") === "json";
      const inflater = inflaterFor(asker, query.get("compression"));
      const passed = await seen(bytes, { asker, inflater, look: lookAt(isJson, values) });
      if (passed === bytes) return url;
      if (inflater !== undefined) query.delete("compression");
      query.set("base64", "1");
      query.set("message", base64Encode(passed, "url"));
      return target.href;
    },
  };

  async function seenInFrame(body: Uint8Array, reading: Reading): Promise<Uint8Array> {
    if (body.length < prefixBytes) return body;
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    const end = prefixBytes + view.getUint32(1);
    // A frame that is not whole is refused by Connect. A second one, too, but only after it was parsed.
    if (end > body.length) return body;
    if (isFrame(body.subarray(end))) throw secondMessage();
    const flags = view.getUint8(0);
    const message = body.subarray(prefixBytes, end);
    const isCompressed = (flags & compressedFlag) !== 0 && reading.inflater !== undefined;
    const passed = await seen(message, isCompressed ? reading : { ...reading, inflater: undefined });
    if (passed === message) return body;
    const plain = isCompressed ? flags & ~compressedFlag : flags;
    return Buffer.concat([encodeEnvelope(plain, passed), body.subarray(end)]);
  }

  /** What is compressed in a way that nobody knows is refused by Connect. */
  async function seen(bytes: Uint8Array, { asker, inflater, look }: Reading): Promise<Uint8Array> {
    if (inflater === undefined) return look(bytes);
    const inflated = await inflater.decompress(bytes, bytesMax);
    await rounds.turn(asker);
    return look(inflated);
  }
}

/** Passes the body on when all of it is there and seen. What is too large goes on at once: Connect refuses it by its size. */
async function* gathered(
  chunks: AsyncIterable<Uint8Array>,
  { bytesMax, asker, holding, seen }: Screening,
): AsyncIterable<Uint8Array> {
  const kept = new Gathered(holding);
  let isTooLarge = false;
  try {
    for await (const chunk of chunks) {
      if (!isTooLarge && kept.length + chunk.length <= bytesMax) addTo(kept, chunk, bytesMax);
      else {
        if (!isTooLarge) yield* onceOnly(kept);
        isTooLarge = true;
        yield chunk;
      }
    }
    if (isTooLarge) return;
    await rounds.turn(asker);
    const body = await seen(kept.bytes());
    kept.drop();
    yield body;
  } finally {
    kept.drop();
  }
}

/** Before what else comes of a refused body is read away, which takes long, no more is kept of it. */
function addTo(kept: Gathered, chunk: Uint8Array, bytesMax: number): void {
  try {
    kept.add(chunk, bytesMax);
  } catch (error) {
    kept.drop();
    throw error;
  }
}

function* onceOnly(kept: Gathered): Iterable<Uint8Array> {
  try {
    yield kept.bytes();
  } finally {
    kept.drop();
  }
}

function isFrame(bytes: Uint8Array): boolean {
  if (bytes.length < prefixBytes) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return bytes.length >= prefixBytes + view.getUint32(1);
}

function decodeBase64(text: string): Uint8Array {
  try {
    return base64Decode(text);
  } catch {
    throw reasoned("MALFORMED_MESSAGE", Code.InvalidArgument, "the query's message is not valid base64");
  }
}

/** The code and the words are those of Connect. */
function secondMessage(): ConnectError {
  return new ConnectError(
    "protocol error: received extra input message for unary method",
    Code.Unimplemented,
  );
}
