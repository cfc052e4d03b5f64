import { constants } from "node:http2";
import type { Socket } from "node:net";
import type { Limits } from "../limits.ts";
import { rawAnswer } from "../raw-answer.ts";
import type { HttpVersion } from "../sniff.ts";
import type { Refusal } from "../status.ts";

/**
 * Tells a client in its protocol why nothing that it says on this connection is heard, and closes it. What it still sends is
 * thrown away unseen, for so long as it may take to read the answer.
 */
export function refuse(
  socket: Socket,
  {
    version,
    refusal,
    limits,
  }: { version: HttpVersion; refusal: Refusal; limits: Pick<Limits, "drainMsMax"> },
): void {
  const timer = setTimeout(() => socket.destroy(), limits.drainMsMax);
  socket.once("close", () => clearTimeout(timer));
  socket.end(version === "http2" ? goAway(refusal) : rawAnswer(refusal));
  socket.once("end", () => socket.destroy());
  socket.resume();
}

/** An empty SETTINGS, with which a server begins, and a GOAWAY that says why (RFC 9113, section 6.8). */
function goAway({ reason, message }: Refusal): Buffer {
  const words = Buffer.from(`${reason}: ${message}`);
  const content = Buffer.alloc(8);
  content.writeUInt32BE(constants.NGHTTP2_INADEQUATE_SECURITY, 4);
  return Buffer.concat([frame(settings, Buffer.alloc(0)), frame(goaway, Buffer.concat([content, words]))]);
}

const settings = 0x04;
const goaway = 0x07;

/** A frame of stream 0 without flags. */
function frame(type: number, content: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(content.length, 0, 3);
  head.writeUInt8(type, 3);
  return Buffer.concat([head, content]);
}
