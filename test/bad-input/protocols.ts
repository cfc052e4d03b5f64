import http2 from "node:http2";
import { type DescMethodUnary, fromBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { errorFromJson } from "@connectrpc/connect/protocol-connect";
import { findTrailerError } from "@connectrpc/connect/protocol-grpc";
import * as grpc from "@grpc/grpc-js";
import { BadRequestSchema, ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { StatusSchema } from "../../gen/google/rpc/status_pb.ts";

/** What a caller gets to see of an answer, whatever the protocol. */
export interface Outcome {
  /** Undefined for success. */
  readonly code: Code | undefined;
  readonly message: string;
  /** ErrorInfo's. */
  readonly reason: string;
  /** Fields of BadRequest. */
  readonly fields: readonly string[];
}

/** One RPC as bytes, so that what no client library would send can be sent. */
export interface RawCall {
  readonly url: string;
  readonly method: DescMethodUnary;
  readonly body: Uint8Array;
  readonly header: Readonly<Record<string, string>>;
}

export interface Protocol {
  readonly encoding: "json" | "binary";
  send(call: RawCall): Promise<Outcome>;
}

/** Every RPC protocol in both encodings; REST stands apart, for its methods have paths of their own. */
export const protocols: Readonly<Record<string, Protocol>> = {
  "Connect JSON": { encoding: "json", send: (call) => sendConnect(call, "application/json") },
  "Connect binary": { encoding: "binary", send: (call) => sendConnect(call, "application/proto") },
  "gRPC-Web JSON": { encoding: "json", send: (call) => sendGrpcWeb(call, "application/grpc-web+json") },
  "gRPC-Web": { encoding: "binary", send: (call) => sendGrpcWeb(call, "application/grpc-web+proto") },
  "gRPC JSON": { encoding: "json", send: (call) => sendGrpc(call, "application/grpc+json") },
  gRPC: { encoding: "binary", send: (call) => sendGrpc(call, "application/grpc+proto") },
  "gRPC by grpc-js": { encoding: "binary", send: sendGrpcJs },
};

export function pathOf({ parent, name }: DescMethodUnary): string {
  return `/${parent.typeName}/${name}`;
}

/** A length-prefixed message, as gRPC and gRPC-Web frame it. */
export function envelope(body: Uint8Array, flags = 0): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(flags, 0);
  prefix.writeUInt32BE(body.length, 1);
  return Buffer.concat([prefix, body]);
}

export function outcomeOf(error: ConnectError | undefined): Outcome {
  const [info] = error?.findDetails(ErrorInfoSchema) ?? [];
  const violations = error?.findDetails(BadRequestSchema).flatMap((detail) => detail.fieldViolations) ?? [];
  return {
    code: error?.code,
    message: error?.rawMessage ?? "",
    reason: info?.reason ?? "",
    fields: violations.map(({ field }) => field),
  };
}

async function sendConnect(call: RawCall, contentType: string): Promise<Outcome> {
  const response = await fetch(call.url + pathOf(call.method), {
    method: "POST",
    headers: { "content-type": contentType, ...call.header },
    body: call.body,
  });
  if (response.ok) {
    await response.arrayBuffer();
    return outcomeOf(undefined);
  }
  const fallback = new ConnectError(`HTTP ${response.status}`, Code.Unknown);
  return outcomeOf(errorFromJson(JSON.parse(await response.text()), response.headers, fallback));
}

async function sendGrpcWeb(call: RawCall, contentType: string): Promise<Outcome> {
  const response = await fetch(call.url + pathOf(call.method), {
    method: "POST",
    headers: { "content-type": contentType, ...call.header },
    body: envelope(call.body),
  });
  const answer = Buffer.from(await response.arrayBuffer());
  return outcomeOf(
    findTrailerError(response.headers.has("grpc-status") ? response.headers : trailersIn(answer)),
  );
}

/** The trailers of gRPC-Web are the last frame of the body. */
function trailersIn(body: Buffer): Headers {
  const headers = new Headers();
  for (let at = 0; at < body.length; at += 5 + body.readUInt32BE(at + 1)) {
    if ((body.readUInt8(at) & 0x80) === 0) continue;
    const text = body.subarray(at + 5, at + 5 + body.readUInt32BE(at + 1)).toString("latin1");
    for (const line of text.split("\r\n").filter((each) => each !== "")) {
      headers.append(line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim());
    }
  }
  return headers;
}

function sendGrpc(call: RawCall, contentType: string): Promise<Outcome> {
  return sendFrames({
    ...call,
    body: envelope(call.body),
    header: { "content-type": contentType, ...call.header },
  });
}

/** gRPC over a session of its own, with a body that need not be whole frames. */
export function sendFrames({ url, method, body, header }: RawCall): Promise<Outcome> {
  const session = http2.connect(url);
  return new Promise<Outcome>((resolve, reject) => {
    const trailers = new Headers();
    const note = (headers: http2.IncomingHttpHeaders) => {
      for (const [name, value] of Object.entries(headers)) {
        if (!name.startsWith(":")) trailers.set(name, String(value));
      }
    };
    session.on("error", reject);
    const stream = session.request({ ":method": "POST", ":path": pathOf(method), te: "trailers", ...header });
    stream.on("response", note).on("trailers", note).on("error", reject);
    stream.on("end", () => resolve(outcomeOf(findTrailerError(trailers)))).resume();
    stream.end(body);
  }).finally(() => session.destroy());
}

function sendGrpcJs({ url, method, body, header }: RawCall): Promise<Outcome> {
  const client = new grpc.Client(new URL(url).host, grpc.credentials.createInsecure());
  const metadata = new grpc.Metadata();
  for (const [name, value] of Object.entries(header)) metadata.set(name, value);
  const asIs = (bytes: Buffer) => bytes;
  return new Promise<Outcome>((resolve) => {
    client.makeUnaryRequest(pathOf(method), asIs, asIs, Buffer.from(body), metadata, (error) => {
      resolve(outcomeOf(error === null ? undefined : errorOfGrpcJs(error)));
    });
  }).finally(() => client.close());
}

function errorOfGrpcJs({ code, details, metadata }: grpc.ServiceError): ConnectError {
  const error = new ConnectError(details, code as number as Code);
  const [packed] = metadata.get("grpc-status-details-bin");
  if (!Buffer.isBuffer(packed)) return error;
  error.details = fromBinary(StatusSchema, packed).details.map(({ typeUrl, value }) => ({
    type: typeUrl.slice(typeUrl.lastIndexOf("/") + 1),
    value,
  }));
  return error;
}
