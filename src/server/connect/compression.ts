import type { DescService } from "@bufbuild/protobuf";
import { Code, type ConnectError } from "@connectrpc/connect";
import { type Compression, compressionNegotiate } from "@connectrpc/connect/protocol";
import type { Asker } from "../../bounds/turns.ts";
import { openServices } from "../operations/open-services.ts";
import { reasoned, tooLarge, tooManyBytes } from "../reasoned.ts";
import { type Encoding, inflate, tooDense } from "../requests/inflate.ts";

/** Whoever inflates a request for Connect again, which finds none that is compressed. */
const nobody: Asker = { party: "", departure: { aborted: false, reason: undefined } };

/**
 * What requests may be compressed with. Connect's own blame the server (INTERNAL) for some of what does not inflate, such as a
 * stream that is cut off. Of answers Connect compresses none: see `compressed.ts`.
 */
export const compressions: Compression[] = [inflating("gzip"), inflating("br")];

/** What inflates a message for a caller; undefined for an encoding that nobody knows. */
export function inflaterFor(asker: Asker, encoding: string | null): Compression | undefined {
  return isKnown(encoding) ? inflating(encoding, asker) : undefined;
}

/** Where a protocol says what its messages are compressed with. */
export interface EncodingHeaders {
  readonly encoding: string;
  /** What the other side takes. */
  readonly accepted: string;
  /** Whether each message has a prefix that says whether it is compressed. */
  readonly isFramed: boolean;
}

export const grpcEncoding: EncodingHeaders = {
  encoding: "grpc-encoding",
  accepted: "grpc-accept-encoding",
  isFramed: true,
};
const connectStreamEncoding: EncodingHeaders = {
  encoding: "connect-content-encoding",
  accepted: "connect-accept-encoding",
  isFramed: true,
};
const connectEncoding: EncodingHeaders = {
  encoding: "content-encoding",
  accepted: "accept-encoding",
  isFramed: false,
};

export function encodingHeadersOf(contentType: string): EncodingHeaders {
  if (/^application\/grpc/i.test(contentType)) return grpcEncoding;
  return /^application\/connect\+/i.test(contentType) ? connectStreamEncoding : connectEncoding;
}

export interface Negotiated {
  readonly error: ConnectError | undefined;
  readonly request: Compression | null;
  /** Undefined for an answer that is sent as it is: one of a service that is open to everybody costs as little as it can. */
  readonly answer: Encoding | undefined;
}

/** What the messages of a call are compressed with. */
export function negotiate(
  { typeName }: DescService,
  header: Headers,
  { encoding, accepted }: EncodingHeaders,
): Negotiated {
  const { request, response, error } = compressionNegotiate(
    compressions,
    header.get(encoding),
    header.get(accepted),
    accepted,
  );
  const name = response?.name ?? null;
  return { error, request, answer: isKnown(name) && !openServices.has(typeName) ? name : undefined };
}

function isKnown(encoding: string | null): encoding is Encoding {
  return encoding === "gzip" || encoding === "br";
}

function inflating(encoding: Encoding, asker = nobody): Compression {
  return {
    name: encoding,
    compress: () => Promise.reject(new Error("Connect is told that nobody takes compressed answers")),
    async decompress(bytes, readMaxBytes) {
      if (bytes.length === 0) return new Uint8Array(0);
      const inflated = await inflate(bytes, encoding, { bytesMax: readMaxBytes, asker });
      switch (inflated.fault) {
        case undefined:
          return inflated.bytes;
        case "too large":
          throw tooManyBytes(readMaxBytes);
        case "too dense":
          throw tooLarge(tooDense);
        case "malformed": {
          const words = `the message is not valid ${encoding}`;
          throw reasoned("MALFORMED_MESSAGE", Code.InvalidArgument, words);
        }
      }
    },
  };
}
