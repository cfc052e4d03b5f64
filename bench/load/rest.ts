import { once } from "node:events";
import net from "node:net";
import type { Caller, Done } from "./caller.ts";

const headEnd = Buffer.from("\r\n\r\n");
const ok = Buffer.from("HTTP/1.1 200 ");

/** Calls over HTTP/1.1 as REST clients make them: a connection for each that is in flight, kept for the next. */
export async function openRest(port: number, connections: number): Promise<Caller> {
  const opening = Array.from({ length: connections }, () => RestConnection.open(port));
  const all = await Promise.all(opening);
  const idle = [...all];
  return {
    call(request, done) {
      const connection = idle.pop();
      if (connection === undefined) throw new Error("more in flight than there are connections");
      connection.call(request, (isOk) => {
        idle.push(connection);
        done(isOk);
      });
    },
    close() {
      for (const connection of all) connection.close();
    },
  };
}

/** The head of every request of a job; the body follows it. */
export function restHead(of: { path: string; authorization: string; bodyBytes: number }): Buffer {
  const fields = [
    `POST ${of.path} HTTP/1.1`,
    "host: 127.0.0.1",
    `authorization: ${of.authorization}`,
    "content-type: application/json",
    `content-length: ${of.bodyBytes}`,
  ];
  return Buffer.from(`${fields.join("\r\n")}\r\n\r\n`);
}

class RestConnection {
  private readonly socket: net.Socket;
  private answer: Buffer = Buffer.alloc(0);
  private done: Done | undefined;
  private isClosed = false;

  private constructor(socket: net.Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.receive(chunk));
    socket.on("close", () => {
      if (!this.isClosed) throw new Error("the server closed a connection");
    });
  }

  static async open(port: number): Promise<RestConnection> {
    const socket = net.connect({ port, host: "127.0.0.1" });
    await once(socket, "connect");
    return new RestConnection(socket);
  }

  call(request: Buffer, done: Done): void {
    this.done = done;
    this.socket.write(request);
  }

  close(): void {
    this.isClosed = true;
    this.socket.destroy();
  }

  private receive(chunk: Buffer): void {
    this.answer = this.answer.length === 0 ? chunk : Buffer.concat([this.answer, chunk]);
    const end = this.answer.indexOf(headEnd);
    if (end < 0) return;
    const head = this.answer.toString("latin1", 0, end);
    const bytes = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]);
    if (this.answer.length < end + headEnd.length + bytes) return;
    const isOk = this.answer.subarray(0, ok.length).equals(ok);
    const { done } = this;
    this.answer = Buffer.alloc(0);
    this.done = undefined;
    done?.(isOk);
  }
}
