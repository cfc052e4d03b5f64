import { IncomingMessage } from "node:http";
import { setImmediate } from "node:timers/promises";
import { networkOf } from "../../bounds/network.ts";
import { type Asker, Turns } from "../../bounds/turns.ts";
import { addressOf } from "../connections/peer.ts";
import type { HttpRequest } from "../http.ts";
import { departureOfStream } from "../requests/departure.ts";

/** A piece of so much goes on as it came. */
const largeBytesMin = 1024;
/** As much as is read of a connection in one go. */
const blockBytes = 64 * 1024;
/** More small pieces than that are not usual in what is read in one go. */
const fineMin = 1024;

/**
 * What is read of a connection in one go may hold 13,000 pieces, and to tell them apart takes ten milliseconds: in a round of
 * the event loop that is done for one such connection.
 */
const fineReads = new Turns(1);

/**
 * A request over HTTP/1.1, which puts the small chunks of its body together as they come. Node makes an object of each, and
 * keeps up to 65,536 of a request that nobody reads: thirty requests in pieces of one byte filled the heap.
 */
export class ChunkedRequest extends IncomingMessage {
  #pieces = 0;
  #block: Buffer | undefined;
  #used = 0;
  #small = 0;
  /** Whether more was asked for while it was not to be read. */
  #isWanted = false;
  #isStopped = false;

  get pieces(): number {
    return this.#pieces;
  }

  /** From here on nothing is read of the connection: a stream that is only paused goes on until its buffer is full. */
  stop(): void {
    this.#isStopped = true;
    this.socket.pause();
  }

  override _read(size: number): void {
    if (this.#isStopped) return;
    if (this.#isFine) this.#isWanted = true;
    else super._read(size);
  }

  /** False where no more is to be read of the connection for now. */
  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    if (this.#isStopped && chunk !== null) return false;
    if (!(chunk instanceof Uint8Array)) {
      this.#pass();
      return super.push(chunk, encoding);
    }
    this.#pieces += 1;
    if (chunk.length < largeBytesMin && this.headers["transfer-encoding"] !== undefined)
      return this.#keep(chunk);
    this.#pass();
    return super.push(chunk);
  }

  get #isFine(): boolean {
    return this.#small >= fineMin;
  }

  #keep(chunk: Uint8Array): boolean {
    if (this.#used + chunk.length > blockBytes) this.#pass();
    if (this.#block === undefined) {
      this.#block = Buffer.allocUnsafeSlow(blockBytes);
      this.#passSoon();
    }
    this.#block.set(chunk, this.#used);
    this.#used += chunk.length;
    this.#small += 1;
    return !this.#isFine && this.readableLength < this.readableHighWaterMark;
  }

  /** When what was read in one go has been told apart; after that node reads on. */
  async #passSoon(): Promise<void> {
    await setImmediate();
    try {
      if (this.#isFine) await fineReads.take(() => setImmediate(), this.#asker);
      this.#pass();
    } catch {
      // The caller is gone.
    }
  }

  get #asker(): Asker {
    const { socket } = this;
    return { party: networkOf(addressOf(socket)), departure: departureOfStream(socket) };
  }

  #pass(): void {
    if (this.#block === undefined) return;
    const together = Buffer.allocUnsafeSlow(this.#used);
    this.#block.copy(together, 0, 0, this.#used);
    this.#block = undefined;
    this.#used = 0;
    this.#small = 0;
    super.push(together);
    if (!this.#isWanted) return;
    this.#isWanted = false;
    this._read(0);
  }
}

/** In how many pieces the body of a request came, where they may be any number: over HTTP/2 each is told of. */
export function piecesOf(request: HttpRequest): number {
  return request instanceof ChunkedRequest ? request.pieces : 0;
}

/** Reads no more of a request over HTTP/1.1, or of what comes after it; over HTTP/2 a sender sends no more than is read. */
export function stopReading(request: HttpRequest): void {
  if (request instanceof ChunkedRequest) request.stop();
  else request.pause();
}
