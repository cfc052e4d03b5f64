import { STATUS_CODES } from "node:http";
import { type Refusal, refusalJson } from "../status.ts";

/** An answer for a socket of which no request was parsed. */
export function rawAnswer(refusal: Refusal): string {
  const body = refusalJson(refusal);
  return [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
    "",
    body,
  ].join("\r\n");
}
