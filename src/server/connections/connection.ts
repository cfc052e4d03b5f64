import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Http2ServerRequest, Http2Session } from "node:http2";
import type { Socket } from "node:net";
import type { DescService } from "@bufbuild/protobuf";
import { boundedMap } from "../../bounds/bounded-map.ts";
import { networkOf } from "../../bounds/network.ts";
import { partyWithin } from "../../bounds/turns.ts";
import {
  type Carrier,
  FollowedAnswer,
  tooManyUnread,
  UnreadAnswer,
  UnreadAnswers,
} from "../answers/unread-answer.ts";
import type { StreamShare, StreamShares } from "../http2/stream-shares.ts";
import type { Limits } from "../limits.ts";
import { openServices } from "../operations/open-services.ts";
import { Holding, Share, unreadHolding } from "../requests/unfinished.ts";
import { addressOf } from "./peer.ts";
import type { Proxies } from "./proxies.ts";

/** Whether a call of a connection was admitted. */
interface Proof {
  /** True of a trusted proxy, too, and of whomever it speaks for. */
  readonly isProven: boolean;
  /** True where one was of whom a proxy speaks for. */
  readonly isAdmitted: boolean;
  /** One was, of somebody who is called so: from here on it may have as many calls at once as anybody. */
  prove(caller?: string): void;
}

/** Whom a request came from. */
export interface Connection extends Pick<Proof, "prove"> {
  /** Whether a call of it was admitted; true of a trusted proxy, too, and of whomever it speaks for. */
  isProven(): boolean;
  /** The caller's IP address; empty where the connection is gone already. */
  readonly address: string;
  /** Whom that address belongs to, as far as it tells. */
  readonly network: string;
  /**
   * In whose line a call waits for its turn, as things are now. Those who were admitted are one party, strangers another, and what
   * everybody may call a third: none waits for a flood of another, from however many networks.
   */
  party(service?: DescService): string;
  /** Begins to count the bytes that are kept of one request to a service until that has arrived in full. */
  hold(service: DescService): Holding;
  /**
   * Counts, until that is released, what may arrive of a request that nobody reads while its caller is looked up.
   *
   * @throws ConnectError RESOURCE_EXHAUSTED where too much waits already.
   */
  wait(request: Unread, as?: UnreadAs): Holding;
  /** Counts what is kept of an answer, unless told otherwise one that only an admitted caller gets, until it has been taken. */
  answer(carrier: Carrier, service?: DescService): UnreadAnswer;
  /** The same for who calls its `end` when the carrier closes. */
  followedAnswer(carrier: Carrier, service: DescService): UnreadAnswer;
  /** Counts what is kept of a page, which everybody gets, until it has been taken. */
  page(carrier: Carrier): UnreadAnswer;
}

/** A request that nobody reads yet. */
export interface Unread {
  readonly requestHeader: Headers;
  readonly hasBody: boolean;
}

/** How a request counts that nobody reads yet. */
interface UnreadAs {
  /** What it calls, as far as that is known. */
  readonly service?: DescService | undefined;
  /** As how much it counts at least. */
  readonly bytesMin?: number;
}

/** A connection of the port: a caller's, or a proxy's. */
interface Peer {
  readonly own: Connection;
  /** Who asks through it; undefined where nobody does but its peer. */
  readonly passedOn: ((headers: IncomingHttpHeaders) => Connection) | undefined;
}

/** What one address keeps, or all of them together. */
interface Shares {
  readonly unfinished: Share;
  readonly waiting: Share;
  readonly waitingOpen: Share;
  readonly unread: Share;
  readonly pages: Share;
}

/** What one connection keeps. */
type OwnShares = Pick<Shares, "unfinished" | "unread">;

/** Bytes that are kept of requests and answers. */
export interface KeptBytes {
  /** Of requests that have not arrived in full. */
  readonly unfinishedRequests: number;
  /** That may have arrived of requests whose callers are looked up, or which wait for their turn. */
  readonly waitingRequests: number;
  /** Of answers that their callers have not taken. */
  readonly unreadAnswers: number;
}

/** What a sender may send of a body unasked, before any of it is read (RFC 9113, section 6.9.2). */
const unreadBytesMax = 65_535;
/** How many addresses are remembered: more than there can be connections, but less than there can be callers behind a proxy. */
const addressesMax = 20_000;

/** Knows every connection of the port, and what all of them together keep of requests. */
export class Connections {
  readonly #limits: Limits;
  readonly #proxies: Proxies;
  readonly #streams: StreamShares;
  readonly #known = new WeakMap<object, Peer>();
  readonly #all: Shares;
  readonly #open: OwnShares;
  readonly #answers: UnreadAnswers;
  readonly #addresses = boundedMap<Shares>(addressesMax);
  /** Callers behind proxies, by address: each request of one names its caller anew. */
  readonly #passedOn = boundedMap<Connection>(addressesMax);

  constructor(limits: Limits, { proxies, streams }: { proxies: Proxies; streams: StreamShares }) {
    this.#limits = limits;
    this.#proxies = proxies;
    this.#streams = streams;
    this.#all = {
      unfinished: new Share(limits.unfinishedBytesMax),
      waiting: new Share(limits.waitingBytesMax),
      waitingOpen: new Share(limits.waitingOpenBytesMax),
      unread: new Share(limits.unreadAnswerBytesMax),
      pages: new Share(limits.unreadPageBytesMax),
    };
    this.#answers = new UnreadAnswers(limits);
    this.#open = {
      unfinished: new Share(limits.unfinishedOpenBytesMax),
      unread: new Share(limits.unreadOpenAnswerBytesMax),
    };
  }

  /** What all of them together keep at this moment. */
  kept(): KeptBytes {
    const { unfinished, waiting, waitingOpen, unread, pages } = this.#all;
    return {
      unfinishedRequests: unfinished.kept + this.#open.unfinished.kept,
      waitingRequests: waiting.kept + waitingOpen.kept,
      unreadAnswers: unread.kept + this.#open.unread.kept + pages.kept,
    };
  }

  ofRequest(request: IncomingMessage | Http2ServerRequest): Connection {
    const carrier = "stream" in request ? (request.stream.session ?? request.socket) : request.socket;
    return this.of(carrier, request.headers);
  }

  /** Whom a request with these headers came from over a connection. */
  of(carrier: Http2Session | Socket, headers: IncomingHttpHeaders): Connection {
    const { own, passedOn } = this.#known.get(carrier) ?? this.#meet(carrier);
    return passedOn === undefined ? own : passedOn(headers);
  }

  #meet(carrier: Http2Session | Socket): Peer {
    const address = addressOf("socket" in carrier ? carrier.socket : carrier);
    const share = this.#streams.of(carrier);
    const proof = new OwnProof(share);
    const own = this.#connection(address, proof, {
      unfinished: new Share(this.#limits.unfinishedBytesPerConnectionMax),
      unread: new Share(this.#limits.unreadAnswerBytesPerConnectionMax),
    });
    const isProxy = this.#proxies.isTrusted(address);
    // A proxy has proved itself by its address, and what it carries is counted for each of its callers.
    if (isProxy) proof.prove();
    const passedOn = (headers: IncomingHttpHeaders) =>
      this.#behindProxy(this.#proxies.callerOf(address, headers));
    const known = { own, passedOn: isProxy ? passedOn : undefined };
    this.#known.set(carrier, known);
    return known;
  }

  /** A proxy has proved itself, and so have its callers. */
  #behindProxy(address: string): Connection {
    const known = this.#passedOn.get(address) ?? this.#connection(address, new ProofBehindProxy());
    this.#passedOn.set(address, known);
    return known;
  }

  #connection(address: string, proof: Proof, own?: OwnShares): Connection {
    const { smallBytesMax } = this.#limits;
    const network = networkOf(address);
    const ofAddress = this.#sharesOf(network);
    const closed = own === undefined ? [ofAddress, this.#all] : [own, ofAddress, this.#all];
    const shares = { open: [this.#open], closed };
    const unfinished = mapped(shares, (each) => each.unfinished);
    const unread = mapped(shares, (each) => each.unread);
    const waiting = {
      open: [ofAddress.waitingOpen, this.#all.waitingOpen],
      closed: [ofAddress.waiting, this.#all.waiting],
    };
    const pages = [ofAddress.pages, this.#all.pages];
    const parties = {
      admitted: partyWithin("admitted", network),
      strangers: strangersOf(network),
      open: partyWithin("open", network),
    };
    const bounds = { smallBytesMax };
    const answerBounds = { smallBytesMax, refusal: tooManyUnread };
    return {
      address,
      network,
      party: (service) => {
        if (kindOf(service) === "open") return parties.open;
        return proof.isAdmitted ? parties.admitted : parties.strangers;
      },
      isProven: () => proof.isProven,
      prove: (caller) => proof.prove(caller),
      hold: (service) => new Holding(unfinished[kindOf(service)], bounds),
      wait: (request, { service, bytesMin = 0 } = {}) =>
        unreadHolding(waiting[kindOf(service)], Math.max(unreadBytesOf(request), bytesMin)),
      answer: (carrier, service) =>
        new UnreadAnswer(carrier, new Holding(unread[kindOf(service)], answerBounds), this.#answers),
      followedAnswer: (carrier, service) =>
        new FollowedAnswer(carrier, new Holding(unread[kindOf(service)], answerBounds), this.#answers),
      page: (carrier) => new UnreadAnswer(carrier, new Holding(pages, answerBounds), this.#answers),
    };
  }

  #sharesOf(network: string): Shares {
    const known = this.#addresses.get(network);
    if (known !== undefined) return known;
    const limits = this.#limits;
    const shares = {
      unfinished: new Share(limits.unfinishedBytesPerAddressMax),
      waiting: new Share(limits.waitingBytesPerAddressMax),
      waitingOpen: new Share(limits.waitingOpenBytesPerAddressMax),
      unread: new Share(limits.unreadAnswerBytesPerAddressMax),
      pages: new Share(limits.unreadPageBytesPerAddressMax),
    };
    this.#addresses.set(network, shares);
    return shares;
  }
}

class OwnProof implements Proof {
  isProven = false;

  constructor(private readonly share: StreamShare | undefined) {}

  get isAdmitted(): boolean {
    return this.isProven;
  }

  prove(caller?: string): void {
    if (this.share !== undefined) this.share.caller = caller;
    if (this.isProven) return;
    this.isProven = true;
    this.share?.prove();
  }
}

class ProofBehindProxy implements Proof {
  readonly isProven = true;
  isAdmitted = false;

  prove(): void {
    this.isAdmitted = true;
  }
}

/** The party of those of a network of whom nothing is proved. */
export function strangersOf(network: string): string {
  return partyWithin("strangers", network);
}

/** Of services that everybody may call, and of all others. */
type Kinds<T> = Readonly<Record<"open" | "closed", readonly T[]>>;

function kindOf(service: DescService | undefined): keyof Kinds<unknown> {
  return service !== undefined && openServices.has(service.typeName) ? "open" : "closed";
}

function mapped<T, U>({ open, closed }: Kinds<T>, map: (each: T) => U): Kinds<U> {
  return { open: open.map(map), closed: closed.map(map) };
}

function unreadBytesOf({ requestHeader, hasBody }: Unread): number {
  if (!hasBody) return 0;
  const length = Number(requestHeader.get("content-length") ?? Number.NaN);
  return length >= 0 && length < unreadBytesMax ? length : unreadBytesMax;
}
