import type { ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";
import type { Limits } from "./limits.ts";
import type { HttpVersion } from "./sniff.ts";

/** A connection from its opening to its close. */
class OpenConnection {
  readonly socket: Socket;
  /** What requests are read from and answers are written to: the socket, or what is inside of it where it is encrypted. */
  inner: Socket;
  /** Undefined until it is known. */
  version: HttpVersion | undefined;
  /** Of HTTP/2. */
  session: ServerHttp2Session | undefined;
  #endedAtMs: number | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    this.inner = socket;
  }

  /** Destroys a connection that was found ended on this side `msMax` ago, and has not closed. */
  look(nowMs: number, msMax: number): void {
    const { inner, session } = this;
    // Node closes the connection of a destroyed session only once a write ends that has begun: where nobody reads, never.
    if (!session?.destroyed && !inner.destroyed && !inner.writableFinished) return;
    this.#endedAtMs ??= nowMs;
    if (nowMs - this.#endedAtMs >= msMax) this.socket.destroy();
  }
}

/**
 * The connections of a port. Whoever ends one may rely on it that it closes, whatever its client does and whatever Node waits
 * for: all are looked at together, so that none stays because of where it was ended.
 */
export class OpenConnections {
  readonly #closingMsMax: number;
  readonly #all = new Map<Socket, OpenConnection>();
  #looking: NodeJS.Timeout | undefined;
  #bytesReceived = 0;
  #bytesSent = 0;

  constructor({ drainMsMax }: Pick<Limits, "drainMsMax">) {
    this.#closingMsMax = drainMsMax;
  }

  get size(): number {
    return this.#all.size;
  }

  /** Over all connections since the start, as they came over the wire. */
  get bytes(): { readonly received: number; readonly sent: number } {
    let [received, sent] = [this.#bytesReceived, this.#bytesSent];
    for (const { bytesRead, bytesWritten } of this.#all.keys()) {
      received += bytesRead;
      sent += bytesWritten;
    }
    return { received, sent };
  }

  add(socket: Socket): void {
    this.#all.set(socket, new OpenConnection(socket));
    socket.once("close", () => this.#delete(socket));
    this.#looking ??= setInterval(() => this.#look(), this.#closingMsMax / 4).unref();
  }

  /** Undefined once it has closed. */
  of(socket: Socket): OpenConnection | undefined {
    return this.#all.get(socket);
  }

  [Symbol.iterator](): Iterator<OpenConnection> {
    return this.#all.values();
  }

  #delete(socket: Socket): void {
    this.#all.delete(socket);
    this.#bytesReceived += socket.bytesRead;
    this.#bytesSent += socket.bytesWritten;
    if (this.#all.size > 0) return;
    clearInterval(this.#looking);
    this.#looking = undefined;
  }

  #look(): void {
    const nowMs = performance.now();
    for (const connection of this.#all.values()) connection.look(nowMs, this.#closingMsMax);
  }
}
