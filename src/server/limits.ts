/**
 * The bounds of the port. What is beyond one of them is refused or closed, so that no caller can make the
 * process hold more than these add up to.
 */
export interface Limits {
  /** Connections at one time; one more is closed when it arrives. */
  readonly connectionsMax: number;
  /** The same for one IP address, or one IPv6 network of 64 bits. */
  readonly connectionsPerAddressMax: number;
  /** Handshakes of TLS that have begun and have not ended, of which each may keep 270 KB; for one more the oldest is cut off. */
  readonly handshakesMax: number;
  /** The same of one address. */
  readonly handshakesPerAddressMax: number;
  /** Calls at one time on one HTTP/2 connection; the client is told and queues the rest. */
  readonly streamsPerSessionMax: number;
  /** The same of a connection of which no call was admitted yet; no fewer than HTTP/2 clients take for granted. */
  readonly streamsUnprovenMax: number;
  /** Calls at one time on all HTTP/2 connections together; where there are more, clients are told to queue their share of them. */
  readonly streamsMax: number;
  /** Requests of one HTTP/1.1 connection without an answer yet, the one that is being answered among them; then it is closed. */
  readonly pipelinedMax: number;
  /** Streams of services that everybody may call, health and reflection, at one time, over all connections. */
  readonly openStreamsMax: number;
  /** The same of one address. */
  readonly openStreamsPerAddressMax: number;
  /** Names and values of a request's headers together. HTTP/1.1 answers 431, HTTP/2 resets the stream. */
  readonly headerBytesMax: number;
  /** Header fields of one HTTP/2 request. */
  readonly headerPairsMax: number;
  /** One request message, or one REST body, after decompression: RESOURCE_EXHAUSTED, or 413. */
  readonly requestBytesMax: number;
  /** One request message to a service that is open to everybody: health and reflection. */
  readonly openRequestBytesMax: number;
  /** What is kept of requests that have not arrived in full, by the whole process; large ones may take half. */
  readonly unfinishedBytesMax: number;
  /** The same of requests to services that everybody may call, which so take nothing from the others. */
  readonly unfinishedOpenBytesMax: number;
  /** The same from one address. */
  readonly unfinishedBytesPerAddressMax: number;
  /** The same from one connection. */
  readonly unfinishedBytesPerConnectionMax: number;
  /** What may arrive, and is not read, while it is looked up who sends it, of the whole process. */
  readonly waitingBytesMax: number;
  /** The same from one address. */
  readonly waitingBytesPerAddressMax: number;
  /** The same of requests to services that everybody may call, which wait for their turn, and so take nothing from the others. */
  readonly waitingOpenBytesMax: number;
  /** The same from one address. */
  readonly waitingOpenBytesPerAddressMax: number;
  /** Up to here a request or an answer counts as small. */
  readonly smallBytesMax: number;
  /** What is kept of answers, before compression, that their callers have not taken; large ones may take half. */
  readonly unreadAnswerBytesMax: number;
  /** The same of answers of services that everybody may call, which so take nothing from the others. */
  readonly unreadOpenAnswerBytesMax: number;
  /** The same of pages, as they are sent, which so take nothing from answers. */
  readonly unreadPageBytesMax: number;
  /** The same to one address. */
  readonly unreadPageBytesPerAddressMax: number;
  /** The same from one address. */
  readonly unreadAnswerBytesPerAddressMax: number;
  /** The same from one connection. */
  readonly unreadAnswerBytesPerConnectionMax: number;
  /**
   * From the moment when an answer, or a message of one, is written until its caller has taken it: else a cancelled stream. Also from
   * the end of a connection to its close by the client.
   */
  readonly answerMsMax: number;
  /** One response message, before compression: RESOURCE_EXHAUSTED. */
  readonly responseBytesMax: number;
  /** How much of a refused HTTP/1.1 body is still read away, so that its sender gets to see the refusal. */
  readonly drainBytesMax: number;
  /**
   * For how long a refused HTTP/1.1 body is still read away, an HTTP/1.1 connection that was ended is still read, one over HTTP/2 stays
   * whose session was cut, and a client that is asked for a sign of life may take to answer.
   */
  readonly drainMsMax: number;
  /** From the opening of a connection to the bytes that tell its protocol. */
  readonly sniffMsMax: number;
  /** From the beginning of a handshake of TLS to its end. */
  readonly handshakeMsMax: number;
  /** From the first byte of an HTTP/1.1 request to the end of its headers: 408. */
  readonly headersMsMax: number;
  /**
   * From the first byte to the last of a request that is not a stream: 408, or a cancelled HTTP/2 stream. Also from one
   * question to the next of a stream that everybody may open.
   */
  readonly requestMsMax: number;
  /**
   * A connection without a request in progress is closed after this; with one over HTTP/2 its client is asked for a sign of life. Longer
   * than the usual 60 s of load balancers, and than `answerMsMax`: Node does not count a write that goes on as a sign of life.
   */
  readonly idleMsMax: number;
  /** How long a connection lives, more or less a tenth: then its client is told to open another. */
  readonly connectionMsMax: number;
  /** What calls that still run on an HTTP/2 connection get then, before it is cut. */
  readonly connectionGraceMs: number;
  /** The longest deadline that a caller may set; a longer one is cut to it. */
  readonly callMsMax: number;
  /** The same over REST, also for a call that has no deadline. */
  readonly restCallMsMax: number;
  /** How old an answer of the readiness check may be before it is asked again; also what a watcher waits for. */
  readonly readinessMsInterval: number;
  /** A readiness check that takes longer counts as failed. */
  readonly readinessMsMax: number;
  /** What `close` waits for running requests, unless told otherwise. */
  readonly graceMs: number;
}

const mebibyte = 1024 * 1024;

export const defaultLimits: Limits = Object.freeze({
  connectionsMax: 10_000,
  connectionsPerAddressMax: 1_000,
  handshakesMax: 1_000,
  handshakesPerAddressMax: 250,
  streamsPerSessionMax: 100,
  streamsUnprovenMax: 100,
  streamsMax: 1_000,
  pipelinedMax: 256,
  openStreamsMax: 1_000,
  openStreamsPerAddressMax: 500,
  headerBytesMax: 16 * 1024,
  headerPairsMax: 128,
  requestBytesMax: 4 * mebibyte,
  openRequestBytesMax: 16 * 1024,
  unfinishedBytesMax: 512 * mebibyte,
  unfinishedOpenBytesMax: 32 * mebibyte,
  unfinishedBytesPerAddressMax: 256 * mebibyte,
  unfinishedBytesPerConnectionMax: 64 * mebibyte,
  waitingBytesMax: 256 * mebibyte,
  waitingBytesPerAddressMax: 128 * mebibyte,
  waitingOpenBytesMax: 32 * mebibyte,
  waitingOpenBytesPerAddressMax: 8 * mebibyte,
  smallBytesMax: 16 * 1024,
  unreadAnswerBytesMax: 512 * mebibyte,
  unreadOpenAnswerBytesMax: 32 * mebibyte,
  unreadPageBytesMax: 64 * mebibyte,
  unreadPageBytesPerAddressMax: 16 * mebibyte,
  unreadAnswerBytesPerAddressMax: 128 * mebibyte,
  unreadAnswerBytesPerConnectionMax: 64 * mebibyte,
  answerMsMax: 60_000,
  responseBytesMax: 16 * mebibyte,
  drainBytesMax: 64 * mebibyte,
  drainMsMax: 10_000,
  sniffMsMax: 10_000,
  handshakeMsMax: 10_000,
  headersMsMax: 10_000,
  requestMsMax: 60_000,
  idleMsMax: 75_000,
  connectionMsMax: 3_600_000,
  connectionGraceMs: 60_000,
  callMsMax: 3_600_000,
  restCallMsMax: 60_000,
  readinessMsInterval: 1_000,
  readinessMsMax: 2_000,
  graceMs: 10_000,
});
