import { Code, type ConnectError } from "@connectrpc/connect";
import type { UniversalServerRequest, UniversalServerResponse } from "@connectrpc/connect/protocol";
import { reasoned } from "../reasoned.ts";

const textType = /^application\/grpc-web-text(?=$|[+; ])/i;
const binaryType = /^application\/grpc-web(?=$|[+; ])/i;

/** Whether a request is gRPC-Web in base64, for browsers that cannot read bytes while they come (PROTOCOL-WEB.md). */
export function isGrpcWebText(header: Headers): boolean {
  return textType.test(header.get("content-type") ?? "");
}

/** The same request in bytes. */
export function inBytes<R extends UniversalServerRequest & { body: AsyncIterable<Uint8Array> }>(
  request: R,
): R {
  const header = new Headers(request.header);
  header.set("content-type", (header.get("content-type") ?? "").replace(textType, "application/grpc-web"));
  return { ...request, header, body: decoded(request.body) };
}

/** The same answer in base64. */
export function inText(response: UniversalServerResponse): UniversalServerResponse {
  const { header, body } = response;
  if (header === undefined || body === undefined) return response;
  const textHeader = new Headers(header);
  const contentType = textHeader.get("content-type") ?? "";
  textHeader.set("content-type", contentType.replace(binaryType, "application/grpc-web-text"));
  return { ...response, header: textHeader, body: encoded(body) };
}

/** Each piece stands for itself, with its own padding. */
async function* encoded(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  for await (const piece of pieces) yield Buffer.from(Buffer.from(piece).toString("base64"), "latin1");
}

async function* decoded(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let rest = "";
  for await (const piece of pieces) {
    const text = rest + Buffer.from(piece).toString("latin1");
    const end = text.length - (text.length % 4);
    rest = text.slice(end);
    if (end > 0) yield bytesOf(text.slice(0, end));
  }
  if (rest !== "") throw malformed();
}

/** Padding ends a piece, and another may follow. */
function bytesOf(text: string): Uint8Array {
  const parts = text.match(/[A-Za-z0-9+/]+={0,2}/g) ?? [];
  if (parts.join("") !== text || parts.some(({ length }) => length % 4 !== 0)) throw malformed();
  return Buffer.concat(parts.map((part) => Buffer.from(part, "base64")));
}

function malformed(): ConnectError {
  return reasoned("MALFORMED_MESSAGE", Code.InvalidArgument, "the request is not valid base64");
}
