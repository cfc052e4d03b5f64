import { Code, ConnectError } from "@connectrpc/connect";
import type { EnvelopedMessage } from "@connectrpc/connect/protocol";
import { tooManyBytes } from "../reasoned.ts";
import { Gathered } from "../requests/gathered.ts";
import type { Holding } from "../requests/unfinished.ts";
import { prefixBytes } from "./frame.ts";

/** Takes the one length-prefixed message of a unary request out of the chunks in which it arrives. */
export class MessageReader {
  readonly #messageBytesMax: number;
  readonly #message: Gathered;
  /** A prefix that came in pieces. */
  #prefix: Buffer | undefined;
  /** How many bytes there are of a prefix, or of a message, that is not whole yet. */
  #loose = 0;
  /** The bytes that the message at hand still lacks; undefined between messages. */
  #missing: number | undefined;
  #messages = 0;
  #flags = 0;

  /** @param holding counts what is kept of the message */
  constructor(messageBytesMax: number, holding: Holding) {
    this.#messageBytesMax = messageBytesMax;
    this.#message = new Gathered(holding);
  }

  /** @throws ConnectError RESOURCE_EXHAUSTED for a message that is too large or finds no room, UNIMPLEMENTED for a second one. */
  push(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      rest = this.#missing === undefined ? this.#takePrefix(rest) : this.#takeData(rest, this.#missing);
    }
  }

  /**
   * The message, when no more bytes come. A prefix with nothing behind it counts for nothing, as it does for connect.
   *
   * @throws ConnectError where that is not one whole message.
   */
  finish(): EnvelopedMessage {
    if (this.#loose > 0) throw incompleteMessage();
    if (this.#messages === 0) throw missingMessage();
    return { flags: this.#flags, data: this.#message.bytes() };
  }

  /** Neither keeps nor counts any of the message any more. */
  drop(): void {
    this.#message.drop();
  }

  #takePrefix(bytes: Buffer): Buffer {
    if (this.#loose === 0 && bytes.length >= prefixBytes) {
      this.#begin(bytes);
      return bytes.subarray(prefixBytes);
    }
    this.#prefix ??= Buffer.alloc(prefixBytes);
    const taken = bytes.copy(this.#prefix, this.#loose);
    this.#loose += taken;
    if (this.#loose === prefixBytes) this.#begin(this.#prefix);
    return bytes.subarray(taken);
  }

  #begin(prefix: Buffer): void {
    const length = prefix.readUInt32BE(1);
    if (length > this.#messageBytesMax) throw tooManyBytes(this.#messageBytesMax);
    if (this.#messages === 0) this.#flags = prefix.readUInt8(0);
    this.#loose = 0;
    this.#missing = length;
    if (length === 0) this.#complete();
  }

  #takeData(bytes: Buffer, missing: number): Buffer {
    const isAll = bytes.length <= missing;
    const taken = isAll ? bytes.length : missing;
    // A second message is refused when it is whole, and never kept.
    if (this.#messages === 0)
      this.#message.add(isAll ? bytes : bytes.subarray(0, taken), this.#loose + missing);
    this.#loose += taken;
    this.#missing = missing - taken;
    if (this.#missing === 0) this.#complete();
    return isAll ? nothing : bytes.subarray(taken);
  }

  #complete(): void {
    this.#loose = 0;
    this.#missing = undefined;
    this.#messages += 1;
    if (this.#messages > 1) throw extraMessage();
  }
}

const nothing = Buffer.alloc(0);

// The codes and the words are those of connect.

function incompleteMessage(): ConnectError {
  return new ConnectError("protocol error: incomplete envelope", Code.InvalidArgument);
}

function missingMessage(): ConnectError {
  return new ConnectError("protocol error: missing input message for unary method", Code.Unimplemented);
}

function extraMessage(): ConnectError {
  return new ConnectError(
    "protocol error: received extra input message for unary method",
    Code.Unimplemented,
  );
}
