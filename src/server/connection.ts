import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest, Http2Session, ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";
import type { DescService } from "@bufbuild/protobuf";
import { networkOf } from "../bounds/network.ts";
import type { Limits } from "./limits.ts";
import { openServices } from "./open-services.ts";
import { addressOf } from "./peer.ts";
import { Holding, Share } from "./unfinished.ts";

/** Whom a request came from. */
export interface Connection {
  /** The peer's IP address; empty where the connection is gone already. */
  readonly address: string;
  /** A call of it was admitted, so from here on it may have as many calls at once as anybody. */
  prove(): void;
  /** Begins to count the bytes that are kept of one request to a service until that has arrived in full. */
  hold(service: DescService): Holding;
}

/** Knows every connection of the port, and what all of them together keep of unfinished requests. */
export class Connections {
  readonly #limits: Limits;
  readonly #known = new WeakMap<object, Connection>();
  readonly #process: Share;
  readonly #open: readonly Share[];
  readonly #addresses = new Map<string, { readonly share: Share; connections: number }>();

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#process = new Share(limits.unfinishedBytesMax);
    this.#open = [new Share(limits.unfinishedOpenBytesMax)];
  }

  ofRequest(request: IncomingMessage | Http2ServerRequest): Connection {
    return "stream" in request ? this.of(request.stream.session ?? request.socket) : this.of(request.socket);
  }

  of(carrier: Http2Session | Socket): Connection {
    return this.#known.get(carrier) ?? this.#meet(carrier);
  }

  #meet(carrier: Http2Session | Socket): Connection {
    const address = addressOf("socket" in carrier ? carrier.socket : carrier);
    const shares = [
      new Share(this.#limits.unfinishedBytesPerConnectionMax),
      this.#shareOf(networkOf(address), carrier),
      this.#process,
    ];
    const { streamsPerSessionMax, smallRequestBytesMax } = this.#limits;
    let isProven = false;
    const connection: Connection = {
      address,
      hold: ({ typeName }) =>
        new Holding(openServices.has(typeName) ? this.#open : shares, smallRequestBytesMax),
      prove() {
        if (isProven) return;
        isProven = true;
        if (isHttp2(carrier) && !carrier.destroyed) {
          carrier.settings({ maxConcurrentStreams: streamsPerSessionMax });
        }
      },
    };
    this.#known.set(carrier, connection);
    return connection;
  }

  /** What an address keeps is counted for as long as it has connections. */
  #shareOf(address: string, carrier: Http2Session | Socket): Share {
    const share = new Share(this.#limits.unfinishedBytesPerAddressMax);
    const entry = this.#addresses.get(address) ?? { share, connections: 0 };
    if (carrier.destroyed) return entry.share;
    entry.connections += 1;
    this.#addresses.set(address, entry);
    carrier.once("close", () => {
      entry.connections -= 1;
      if (entry.connections === 0) this.#addresses.delete(address);
    });
    return entry.share;
  }
}

function isHttp2(carrier: Http2Session | Socket): carrier is ServerHttp2Session {
  return "settings" in carrier;
}
