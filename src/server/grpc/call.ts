import { constants, type ServerHttp2Stream } from "node:http2";
import type { Message } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { type Compression, compressedFlag, envelopeDecompress } from "@connectrpc/connect/protocol";
import type { Logger } from "pino";
import type { Asker } from "../../bounds/turns.ts";
import { explained, reasonOf } from "../../errors/explained.ts";
import { type LoggedCall, tellable } from "../../errors/unexpected.ts";
import type { UnreadAnswer } from "../answers/unread-answer.ts";
import type { CallEnd, Calls, RunningCall } from "../calls.ts";
import { compressedFrame } from "../connect/compressed.ts";
import { inflaterFor, type Negotiated } from "../connect/compression.ts";
import { correctedError, setErrorTrailer } from "../connect/correction.ts";
import type { Connection } from "../connections/connection.ts";
import type { Limits } from "../limits.ts";
import { departureOfStream } from "../requests/departure.ts";
import type { Encoding } from "../requests/inflate.ts";
import { drainBytesMaxOf } from "../requests/receipt.ts";
import { pieceBytesMin, rounds } from "../requests/rounds.ts";
import type { Holding } from "../requests/unfinished.ts";
import type { CallContext } from "../rpc/call-context.ts";
import type { Frame } from "./frame.ts";
import { MessageReader } from "./message-reader.ts";
import type { Method } from "./method.ts";
import { type ResponseHead, sendMessage, sendStatus } from "./response.ts";

export interface CallOptions {
  readonly stream: ServerHttp2Stream;
  readonly method: Method;
  readonly context: CallContext;
  readonly requestId: string;
  readonly compression: Negotiated;
  /** The caller's. */
  readonly connection: Connection;
  /** Counts what is kept of the request until it has been read. */
  readonly holding: Holding;
  /** Counts what is kept of the answer until it has been taken. */
  readonly unread: UnreadAnswer;
  /** Counts it until it ends. */
  readonly calls: Calls;
  readonly limits: Limits;
  readonly log: Logger;
}

/** One unary call, from its headers to its answer. It is what is told of its end, too, so that this takes no memory. */
export class Call implements CallEnd, RunningCall {
  readonly protocol = "grpc";
  readonly rest = undefined;
  readonly #options: CallOptions;
  readonly #place: number;
  readonly #reader: MessageReader;
  /** Bounds the time that the request takes to arrive. */
  #receipt: NodeJS.Timeout;
  #isRefused = false;
  /** What its caller is told once all of the request has arrived. */
  #refusal: ConnectError | undefined;
  #refusedBytes = 0;
  #isReading = false;
  /** Whether its message is being inflated and read: until then it is kept, also when its caller is gone. */
  #isUnpacking = false;
  readonly #sinceMs = performance.now();
  #hasEnded = false;
  /** As its caller is told. */
  #error: ConnectError | undefined;

  constructor(options: CallOptions) {
    const { stream, method, holding, limits } = options;
    this.#options = options;
    this.#reader = new MessageReader(method.requestBytesMax, holding);
    this.#receipt = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), limits.requestMsMax);
    this.#place = options.calls.begin(this);
    // Its handler learns from its abort signal that a client has vanished.
    stream.on("close", () => this.#leave());
  }

  get method(): CallEnd["method"] {
    return this.#options.method.desc;
  }

  get code(): CallEnd["code"] {
    return this.#error?.code ?? 0;
  }

  get reason(): string | undefined {
    return this.#error && reasonOf(this.#error);
  }

  get durationMs(): number {
    return performance.now() - this.#sinceMs;
  }

  get requestId(): string {
    return this.#options.requestId;
  }

  get address(): string {
    return this.#options.connection.address;
  }

  get values(): CallEnd["values"] {
    return this.#options.context.values;
  }

  header(name: string): string | undefined {
    return this.#options.context.requestHeader.get(name) ?? undefined;
  }

  cutOff(error: ConnectError): void {
    this.#options.context.abort(error);
  }

  /** Reads the request once it is admitted, if that is not yet; until then it stays with its sender, whose window is shut. */
  receiveOnce(admitted: Promise<void> | undefined): void {
    this.#options.context.onAbort((error) => this.refuse(error));
    if (admitted === undefined) this.#read();
    else this.#readAfter(admitted);
  }

  #readAfter(admitted: Promise<void>): void {
    admitted.then(
      () => this.#read(),
      (error) => this.refuse(tellable(error, this.#logged())),
    );
  }

  /**
   * Answers with an error, and reads away what still comes of the request: some clients cannot be cut off while they write. Past
   * the limits they are told that no more of it is wanted.
   */
  refuse(error: ConnectError): void {
    const { stream, limits } = this.#options;
    if (this.#isRefused || stream.closed) return;
    this.#isRefused = true;
    if (!this.#isUnpacking) this.#reader.drop();
    this.#read();
    this.#fail(explained(error));
    if (!stream.readableEnded) this.#receipt = setTimeout(() => this.#dismiss(), limits.drainMsMax);
  }

  #read(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    const { stream } = this.#options;
    stream.on("data", (chunk: Buffer) => this.#receive(chunk));
    // A stream without a byte ends by itself while nobody reads it.
    if (stream.readableEnded) this.#answer();
    else stream.on("end", () => this.#answer());
  }

  #receive(chunk: Buffer): void {
    if (this.#isRefused) {
      this.#discard(chunk.length);
      return;
    }
    try {
      this.#reader.push(chunk);
    } catch (error) {
      this.#refuseOnceArrived(tellable(error, this.#logged()));
    }
  }

  /** The same of a message that is read: node's client takes no answer while it still holds more than 10 MB to send. */
  #refuseOnceArrived(error: ConnectError): void {
    this.#isRefused = true;
    this.#refusal = explained(error);
    this.#reader.drop();
    clearTimeout(this.#receipt);
    this.#receipt = setTimeout(() => this.#dismiss(), this.#options.limits.drainMsMax);
  }

  #discard(bytes: number): void {
    this.#refusedBytes += Math.max(bytes, pieceBytesMin);
    const { limits, connection } = this.#options;
    if (this.#refusedBytes > drainBytesMaxOf(limits, connection)) this.#dismiss();
  }

  #dismiss(): void {
    this.#tellRefusal();
    this.#options.stream.close(constants.NGHTTP2_NO_ERROR);
  }

  async #answer(): Promise<void> {
    clearTimeout(this.#receipt);
    if (this.#isRefused) return this.#tellRefusal();
    const { stream, method, context, compression, unread } = this.#options;
    try {
      const { message, header, trailer } = await method.invoke(await this.#message(), context);
      const frame = this.#frame(message);
      unread.keep(frame.length);
      const sent =
        compression.answer === undefined ? frame : await this.#compressed(frame, compression.answer);
      sendMessage(stream, this.#head(header), sent, trailer);
      this.#end();
    } catch (error) {
      if (!this.#isRefused) this.#fail(error);
    }
  }

  #tellRefusal(): void {
    if (this.#refusal !== undefined && !this.#hasEnded) this.#fail(this.#refusal);
  }

  async #message(): Promise<Message> {
    const { method } = this.#options;
    this.#isUnpacking = true;
    try {
      await rounds.turn(this.#asker);
      const envelope = this.#reader.finish();
      if ((envelope.flags & compressedFlag) === 0) return method.parse(envelope.data);
      const { data } = await envelopeDecompress(envelope, this.#inflater(), method.requestBytesMax);
      await rounds.turn(this.#asker);
      return method.parse(data);
    } catch (error) {
      throw correctedError(error, this.#logged());
    } finally {
      this.#isUnpacking = false;
      this.#reader.drop();
    }
  }

  get #asker(): Asker {
    const { connection, context, method } = this.#options;
    return { party: connection.party(method.desc.parent), departure: context };
  }

  #inflater(): Compression | null {
    const { request } = this.#options.compression;
    return inflaterFor(this.#asker, request?.name ?? null) ?? null;
  }

  #frame(message: Message): Frame {
    try {
      return this.#options.method.encode(message);
    } catch (error) {
      throw correctedError(error, this.#logged());
    }
  }

  #compressed(frame: Frame, encoding: Encoding): Promise<Frame> {
    const { network } = this.#options.connection;
    const departure = departureOfStream(this.#options.stream);
    return compressedFrame(frame, encoding, { party: network, departure });
  }

  #fail(error: unknown): void {
    const { stream, context, unread } = this.#options;
    const logged = this.#logged();
    const { log, requestId, method } = logged;
    let told = tellable(error, logged);
    context.complete();
    try {
      told = setErrorTrailer(context.responseTrailer, told);
      sendStatus(stream, this.#head(context.responseHeader), context.responseTrailer);
      unread.bound();
    } catch (failure) {
      log.error({ err: failure, requestId, method }, "the answer to a call could not be sent");
      stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    }
    this.#end(told);
  }

  #head(header: Headers): ResponseHead {
    const { requestId, compression } = this.#options;
    return { requestId, encoding: compression.answer, header };
  }

  #logged(): LoggedCall {
    const { log, requestId, method } = this.#options;
    return { log, requestId, method: method.path.slice(1) };
  }

  #leave(): void {
    clearTimeout(this.#receipt);
    const { context, unread } = this.#options;
    if (!this.#isUnpacking) this.#reader.drop();
    unread.end();
    if (!context.isOver) context.abort(gone());
    if (!this.#hasEnded) this.#end(gone());
  }

  /** What is first counts: an answer, or that nobody waits for one any more. */
  #end(error?: ConnectError): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    // One that was refused while it was worked at bounds the time of a request that has arrived.
    clearTimeout(this.#receipt);
    this.#error = error;
    this.#options.calls.end(this, this.#place);
  }
}

function gone(): ConnectError {
  return new ConnectError("the caller is gone", Code.Canceled);
}
