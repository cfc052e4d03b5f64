import type { DescService } from "@bufbuild/protobuf";
import {
  compressedFlag,
  encodeEnvelope,
  readAllBytes,
  type UniversalServerResponse,
} from "@connectrpc/connect/protocol";
import type { Asker } from "../../bounds/turns.ts";
import { compress, compressBytesMin } from "../answers/compress.ts";
import { type Frame, prefixBytes } from "../grpc/frame.ts";
import type { Encoding } from "../requests/inflate.ts";
import { type EncodingHeaders, encodingHeadersOf, negotiate } from "./compression.ts";

/** Compresses an answer where its caller takes that. Rejects, or its body does, if the caller goes before its turn. */
export type Compress = (answer: UniversalServerResponse) => Promise<UniversalServerResponse>;

/**
 * Takes over from Connect what its caller's headers say of compressed answers, and tells it that nobody takes any: it compresses
 * with brotli's slowest quality, as many answers at once as there are, also for callers who have gone.
 */
export function takeOverCompression(
  header: Headers,
  { service, asker }: { readonly service: DescService; readonly asker: Asker },
): Compress {
  const headers = encodingHeadersOf(header.get("content-type") ?? "");
  const { answer: encoding } = negotiate(service, header, headers);
  // Without a word it would take what the request is compressed with.
  if (header.has(headers.accepted) || header.has(headers.encoding)) header.set(headers.accepted, "identity");
  if (encoding === undefined) return async (answer) => answer;
  return async (answer) => {
    const { body } = answer;
    if (body === undefined) return answer;
    return headers.isFramed
      ? framed({ ...answer, body }, headers, { encoding, asker })
      : await whole({ ...answer, body }, headers, { encoding, asker });
  };
}

/** A frame, compressed if it is worth it. */
export async function compressedFrame<Bytes extends Uint8Array>(
  frame: Bytes,
  encoding: Encoding,
  asker: Asker,
): Promise<Bytes | Frame> {
  if (frame.length < prefixBytes + compressBytesMin) return frame;
  return encodeEnvelope(compressedFlag, await compress(frame.subarray(prefixBytes), encoding, asker));
}

type Answer = UniversalServerResponse & { readonly body: AsyncIterable<Uint8Array> };

interface Way {
  readonly encoding: Encoding;
  readonly asker: Asker;
}

async function whole(answer: Answer, headers: EncodingHeaders, { encoding, asker }: Way): Promise<Answer> {
  const plain = await readAllBytes(answer.body, Number.MAX_SAFE_INTEGER);
  if (plain.length < compressBytesMin) return { ...answer, body: only(plain) };
  const bytes = await compress(plain, encoding, asker);
  const header = new Headers(answer.header);
  header.set(headers.encoding, encoding);
  header.set("content-length", String(bytes.length));
  return { ...answer, header, body: only(bytes) };
}

function framed(answer: Answer, headers: EncodingHeaders, way: Way): Answer {
  const header = new Headers(answer.header);
  header.set(headers.encoding, way.encoding);
  return { ...answer, header, body: frames(answer.body, way) };
}

async function* frames(body: AsyncIterable<Uint8Array>, { encoding, asker }: Way): AsyncIterable<Uint8Array> {
  // Any other flag is that of the end.
  for await (const frame of body) yield frame[0] === 0 ? compressedFrame(frame, encoding, asker) : frame;
}

async function* only(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
