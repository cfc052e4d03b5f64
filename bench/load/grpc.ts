import { once } from "node:events";
import net from "node:net";
import type { Caller, Done } from "./caller.ts";
import {
  flag,
  frame,
  frameBytesMax,
  frameHeaderBytes,
  frameType,
  headerBlocks,
  preface,
  setting,
  settingsFrame,
  statusOk,
  windowBytesInitial,
  windowBytesMax,
  windowUpdateFrame,
} from "./frames.ts";

/**
 * Calls over a few connections of HTTP/2, each over the least used: they may be of several processes, and what the slower one
 * leaves unanswered would gather on its own.
 */
export async function openGrpc(of: {
  port: number;
  path: string;
  authorization: string;
  connections: number;
}): Promise<Caller> {
  const headers = grpcHeaders(of);
  const opening = Array.from({ length: of.connections }, () => GrpcConnection.open(of.port, headers));
  const connections = await Promise.all(opening);
  const leastUsed = () =>
    connections.reduce((least, each) => (each.inFlight < least.inFlight ? each : least));
  return {
    call: (message, done) => leastUsed().call(message, done),
    close() {
      for (const connection of connections) connection.close();
    },
  };
}

export function grpcHeaders(of: {
  port: number;
  path: string;
  authorization: string;
}): Record<string, string> {
  return {
    ":authority": `127.0.0.1:${of.port}`,
    ":path": of.path,
    "content-type": "application/grpc",
    te: "trailers",
    authorization: of.authorization,
  };
}

/** What stands before every message of so many bytes. */
export function grpcPrefix(messageBytes: number): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(messageBytes, 1);
  return prefix;
}

/**
 * The client side of HTTP/2 with nothing in it but what unary gRPC calls need. node:http2 would take as much of the two
 * cores per call as the server that is measured.
 */
export class GrpcConnection {
  private readonly socket: net.Socket;
  private readonly blocks: { first: Buffer; next: Buffer };
  private readonly running = new Map<number, Done>();
  private nextStreamId = 1;
  private sendWindowBytes = windowBytesInitial;
  private streamsMax = Number.POSITIVE_INFINITY;
  private receivedBytes = 0;
  private unsent: Buffer[] = [];
  private rest: Buffer = Buffer.alloc(0);
  private farewell = "without a word";
  private isClosed = false;

  private constructor(socket: net.Socket, headers: Readonly<Record<string, string>>) {
    this.socket = socket;
    this.blocks = headerBlocks(headers);
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.receive(chunk));
    socket.on("close", () => {
      if (!this.isClosed) throw new Error(`the server closed a connection: ${this.farewell}`);
    });
    socket.write(preface);
    // Without a table the server's trailers have the same bytes in every answer.
    socket.write(
      settingsFrame([
        [setting.headerTableSize, 0],
        [setting.enablePush, 0],
        [setting.initialWindowSize, windowBytesMax],
      ]),
    );
    socket.write(windowUpdateFrame(windowBytesMax - windowBytesInitial));
  }

  static async open(port: number, headers: Readonly<Record<string, string>>): Promise<GrpcConnection> {
    const socket = net.connect({ port, host: "127.0.0.1" });
    await once(socket, "connect");
    return new GrpcConnection(socket, headers);
  }

  /** Calls that have no answer yet. */
  get inFlight(): number {
    return this.running.size;
  }

  /** Whether the server takes one more call now, with a message of so many bytes. */
  hasRoom(bytes: number): boolean {
    return this.running.size < this.streamsMax && this.sendWindowBytes >= bytes;
  }

  /** Sends a call with one length-prefixed message. */
  call(message: Buffer, done: Done): void {
    const streamId = this.nextStreamId;
    this.nextStreamId += 2;
    this.running.set(streamId, done);
    const block = streamId === 1 ? this.blocks.first : this.blocks.next;
    this.send(frame(frameType.headers, flag.endHeaders, streamId, block));
    for (let at = 0; at < message.length; at += frameBytesMax) {
      const isLast = at + frameBytesMax >= message.length;
      const part = message.subarray(at, at + frameBytesMax);
      this.send(frame(frameType.data, isLast ? flag.endStream : 0, streamId, part));
    }
    this.sendWindowBytes -= message.length;
    if (this.sendWindowBytes < 0) throw new Error("more in flight on one connection than its window takes");
  }

  close(): void {
    this.isClosed = true;
    this.socket.destroy();
  }

  /** What is sent in one turn goes in one write. */
  private send(bytes: Buffer): void {
    if (this.unsent.push(bytes) > 1) return;
    setImmediate(() => {
      this.socket.write(Buffer.concat(this.unsent));
      this.unsent = [];
    });
  }

  private receive(chunk: Buffer): void {
    this.replenish(chunk.length);
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    let at = 0;
    while (bytes.length - at >= frameHeaderBytes) {
      const end = at + frameHeaderBytes + bytes.readUIntBE(at, 3);
      if (end > bytes.length) break;
      this.take(bytes, at, end);
      at = end;
    }
    this.rest = bytes.subarray(at);
  }

  private take(bytes: Buffer, at: number, end: number): void {
    const [type, flags, streamId] = [bytes[at + 3], bytes[at + 4] ?? 0, bytes.readUInt32BE(at + 5)];
    const payload = bytes.subarray(at + frameHeaderBytes, end);
    switch (type) {
      case frameType.headers:
        if ((flags & flag.endStream) !== 0) this.finish(streamId, payload.includes(statusOk));
        return;
      case frameType.reset:
        this.finish(streamId, false);
        return;
      case frameType.settings:
        if ((flags & flag.ack) === 0) this.agree(payload);
        return;
      case frameType.ping:
        if ((flags & flag.ack) === 0) this.send(frame(frameType.ping, flag.ack, 0, payload));
        return;
      case frameType.windowUpdate:
        if (streamId === 0) this.sendWindowBytes += payload.readUInt32BE();
        return;
      case frameType.goaway:
        this.farewell = `GOAWAY with code ${payload.readUInt32BE(4)}`;
    }
  }

  private agree(settings: Buffer): void {
    for (let at = 0; at + 6 <= settings.length; at += 6)
      if (settings.readUInt16BE(at) === setting.streamsMax) this.streamsMax = settings.readUInt32BE(at + 2);
    this.send(frame(frameType.settings, flag.ack, 0, Buffer.alloc(0)));
  }

  private finish(streamId: number, isOk: boolean): void {
    const done = this.running.get(streamId);
    this.running.delete(streamId);
    done?.(isOk);
  }

  private replenish(bytes: number): void {
    this.receivedBytes += bytes;
    if (this.receivedBytes < windowBytesMax / 2) return;
    this.send(windowUpdateFrame(this.receivedBytes));
    this.receivedBytes = 0;
  }
}
