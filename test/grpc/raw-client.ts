import http2 from "node:http2";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { ConnectError } from "@connectrpc/connect";
import { findTrailerError } from "@connectrpc/connect/protocol-grpc";
import {
  FrontierService,
  GetBillingBalanceRequestSchema,
  GetBillingBalanceResponseSchema,
} from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";

export const path = `/${FrontierService.typeName}/GetBillingBalance`;

/** All that came back on a stream until it closed. */
export interface Answer {
  /** HTTP's. */
  readonly status: number | undefined;
  /** Header fields and trailers together: gRPC lets a server send all of them as headers where there is no message. */
  readonly fields: Readonly<Record<string, string>>;
  /** The headers, as far as they came before the trailers. */
  readonly header: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** What the stream was closed with. */
  readonly rstCode: number;
}

export interface RawCall {
  readonly headers?: http2.OutgoingHttpHeaders;
  /** Written one by one, each in a DATA frame of its own. Default: a whole request for the id `x`. */
  readonly chunks?: readonly Uint8Array[];
  /** False leaves the request open. */
  readonly end?: boolean;
}

/** gRPC frame by frame, so that what no client library would send can be sent. */
export class RawClient {
  readonly session: http2.ClientHttp2Session;

  constructor(url: string) {
    this.session = http2.connect(url);
    this.session.on("error", () => {});
  }

  close(): void {
    this.session.destroy();
  }

  /** Resolves when the stream is closed, whoever did it. */
  call(call: RawCall = {}): Promise<Answer> {
    return answerOf(this.open(call));
  }

  open({ headers = {}, chunks = [frame(request("x"))], end = true }: RawCall = {}): http2.ClientHttp2Stream {
    const stream = this.session.request(
      { ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers", ...headers },
      { endStream: end && chunks.length === 0 },
    );
    stream.on("error", () => {});
    write(stream, chunks, end);
    return stream;
  }
}

function write(stream: http2.ClientHttp2Stream, [chunk, ...rest]: readonly Uint8Array[], end: boolean): void {
  if (stream.destroyed) return;
  if (chunk !== undefined) stream.write(chunk, () => write(stream, rest, end));
  else if (end && !stream.writableEnded) stream.end();
}

export async function answerOf(stream: http2.ClientHttp2Stream): Promise<Answer> {
  const header: Record<string, string> = {};
  const trailer: Record<string, string> = {};
  const body: Buffer[] = [];
  let status: number | undefined;
  stream.on("response", (headers) => {
    status = headers[":status"];
    note(header, headers);
  });
  stream.on("trailers", (headers) => note(trailer, headers));
  stream.on("data", (chunk: Buffer) => body.push(chunk));
  // Not `once`, which would reject for a stream that ends with an error.
  await new Promise((resolve) => stream.on("close", resolve));
  return {
    status,
    header,
    fields: { ...header, ...trailer },
    body: Buffer.concat(body),
    rstCode: stream.rstCode ?? 0,
  };
}

function note(target: Record<string, string>, headers: http2.IncomingHttpHeaders): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(":") && name !== "date") target[name] = String(value);
  }
}

/** The error that an answer tells of; undefined for success. */
export function errorOf({ fields }: Answer): ConnectError | undefined {
  return findTrailerError(new Headers(fields));
}

export function request(id: string): Uint8Array {
  return toBinary(GetBillingBalanceRequestSchema, create(GetBillingBalanceRequestSchema, { id }));
}

/** The currency in a message that came back, which the tests' implementation uses for its words. */
export function currencyIn(message: Uint8Array): string | undefined {
  return fromBinary(GetBillingBalanceResponseSchema, message).balance?.currency;
}

/** The one message of an answer. */
export function messageIn({ body }: Answer): Buffer {
  expect(body.length).toBe(5 + body.readUInt32BE(1));
  return body.subarray(5);
}

/** A length-prefixed message. */
export function frame(message: Uint8Array, flags = 0): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(flags, 0);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}
