import type { Http2Session, ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";
import type { Limits } from "../limits.ts";
import type { HttpVersion } from "./sniff.ts";

/** For how long a connection may be closing: until its last answer is written, and the same from then on; less where it is cut. */
type ClosingLimits = Pick<Limits, "answerMsMax" | "drainMsMax">;

/** Whether something is to be written yet of one that was ended; or its session was cut, with what it still had to answer. */
type Step = "writing" | "closing" | "cut";

interface Closing {
  readonly step: Step;
  /** When it was found there. */
  readonly sinceMs: number;
}

/** Those that were ended before are known by nothing else: a client may say that it goes away, and take nothing more. */
const cutSessions = new WeakSet<Http2Session>();

/** Ends a session with what it still has to answer. */
export function cutSession(session: Http2Session): void {
  cutSessions.add(session);
  session.destroy();
}

/** A connection from its opening to its close. */
class OpenConnection {
  readonly socket: Socket;
  /** What requests are read from and answers are written to: the socket, or what is inside of it where it is encrypted. */
  inner: Socket;
  /** Undefined until it is known. */
  version: HttpVersion | undefined;
  /** Of HTTP/2. */
  session: ServerHttp2Session | undefined;
  /** Where it was found ended on this side. */
  #closing: Closing | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    this.inner = socket;
  }

  /**
   * Destroys a connection that was found ended, and has not closed in its time: not before, for of an answer that lies with the system
   * Node knows nothing. Whoever takes it may be silent until he says so over HTTP/2, and that would reset him. Of a session that was cut
   * nobody is to have an answer any more, and what of one is being written is kept, and counted no more as unread.
   */
  look(nowMs: number, { answerMsMax, drainMsMax }: ClosingLimits): void {
    const step = this.#step;
    if (step === undefined) return;
    if (this.#closing?.step !== step) this.#closing = { step, sinceMs: nowMs };
    const msMax = step === "cut" ? drainMsMax : answerMsMax;
    if (nowMs - this.#closing.sinceMs >= msMax) this.socket.destroy();
  }

  /** Undefined where nobody has ended it. */
  get #step(): Step | undefined {
    const { inner, session } = this;
    if (session?.destroyed && (!session.closed || cutSessions.has(session))) return "cut";
    // Node closes the connection of a destroyed session only once a write ends that has begun: where nobody reads, never.
    if (session?.destroyed || inner.destroyed || inner.writableFinished) return "closing";
    return inner.writableEnded ? "writing" : undefined;
  }
}

/**
 * The connections of a port. Whoever ends one may rely on it that it closes, whatever its client does and whatever Node waits
 * for: all are looked at together, so that none stays because of where it was ended.
 */
export class OpenConnections {
  readonly #limits: ClosingLimits;
  readonly #all = new Map<Socket, OpenConnection>();
  #looking: NodeJS.Timeout | undefined;
  #bytesReceived = 0;
  #bytesSent = 0;

  constructor(limits: ClosingLimits) {
    this.#limits = limits;
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
    this.#looking ??= setInterval(
      () => this.#look(),
      Math.min(1_000, this.#limits.answerMsMax / 4, this.#limits.drainMsMax / 4),
    ).unref();
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
    for (const connection of this.#all.values()) connection.look(nowMs, this.#limits);
  }
}
