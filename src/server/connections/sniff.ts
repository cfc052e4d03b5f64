import type { Socket } from "node:net";

export type HttpVersion = "http1" | "http2";

/** The content type of a handshake, with which a TLS connection begins (RFC 8446, section 5.1), and no version of HTTP. */
const tlsHandshake = 0x16;

/** What an HTTP/2 client with prior knowledge sends first (RFC 9113, section 3.4). */
export const http2Preface: Buffer = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

/**
 * Tells a connection's protocol from its first bytes, and puts them back before `found` is called, once, in
 * the next tick: whatever is neither a handshake of TLS nor HTTP/2's
 * preface is for the HTTP/1.1 parser to judge. A connection that
 * ends, fails or stays undecided for `msMax` milliseconds is destroyed and never found.
 */
export function sniff(socket: Socket, msMax: number, found: (protocol: HttpVersion | "tls") => void): void {
  const timer = setTimeout(() => socket.destroy(), msMax);
  const stop = () => clearTimeout(timer);
  const putBack = take(socket, (taken) => {
    const protocol = protocolOf(taken);
    if (protocol === undefined) return true;
    stop();
    socket.off("close", stop);
    void putBack().then(() => found(protocol));
    return false;
  });
  socket.on("close", stop);
}

/** More than a client sends before it has heard from the server. */
const heldBytesMax = 16 * 1024;

/** Takes what has come of a connection, and what still comes, until the function that is returned puts it back. */
export function hold(socket: Socket): () => Promise<void> {
  return take(socket, (taken) => taken.length <= heldBytesMax);
}

/**
 * Takes what comes of a connection for as long as `wantsMore` of all that was taken, and at the most until the function that is returned
 * puts it back. Behind bytes that nobody takes the end of a connection would not be noticed: one that ends meanwhile is destroyed.
 */
function take(socket: Socket, wantsMore: (taken: Buffer) => boolean): () => Promise<void> {
  let taken: Buffer = Buffer.alloc(0);
  const abandon = () => socket.destroy();
  const look = () => {
    const chunk: Buffer | null = socket.read();
    if (chunk === null) return;
    taken = Buffer.concat([taken, chunk]);
    if (!wantsMore(taken)) socket.off("readable", look);
  };
  socket.on("readable", look).on("end", abandon);
  return async () => {
    socket.off("readable", look).off("end", abandon);
    if (!socket.destroyed && taken.length > 0) socket.unshift(taken);
    // The stream forgets this listener a tick late: until then whoever pauses it would be read on for.
    await new Promise<void>((resolve) => process.nextTick(resolve));
  };
}

/** The protocol that these first bytes begin, or undefined while they could begin either. */
function protocolOf(seen: Buffer): HttpVersion | "tls" | undefined {
  if (seen[0] === tlsHandshake) return "tls";
  const length = Math.min(seen.length, http2Preface.length);
  if (!seen.subarray(0, length).equals(http2Preface.subarray(0, length))) return "http1";
  return length === http2Preface.length ? "http2" : undefined;
}
