import type { Socket } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import { networkOf } from "../../bounds/network.ts";
import type { ConnectionFault } from "../../bounds/refused-connection.ts";
import type { Limits } from "../limits.ts";
import type { Certificates } from "./certificates.ts";
import { contextOptionsOf } from "./context.ts";

/** Why a handshake did not come to an end. */
export type HandshakeFault = Extract<ConnectionFault, `handshakes${string}`>;

export interface HandshakesOptions {
  readonly certificates: Certificates;
  readonly limits: Pick<Limits, "handshakesMax" | "handshakesPerAddressMax" | "handshakeMsMax">;
  /** Gets what is inside of a connection once its handshake is done; `from` is what was given to `begin`. */
  readonly secured: (socket: TLSSocket, from: Socket) => void;
  readonly failed: (
    fault: HandshakeFault,
    concerned: { readonly addresses: string; readonly reasons?: string },
  ) => void;
}

/** A handshake that has begun and has not ended. */
interface Handshake {
  readonly socket: Socket;
  readonly address: string;
  /** Counts with the others of its network; undefined behind a trusted proxy. */
  readonly network: string | undefined;
  readonly end: () => void;
}

/**
 * Makes connections into such as are encrypted. A handshake costs a signature and up to some hundred KB, and who has begun one may
 * never go on: there are only so many at a time, of one address and in all, and for one more the oldest is cut off. Whoever
 * is at the other end and alive is done in a few round trips, so that is one who is not.
 */
export class Handshakes {
  readonly #options: HandshakesOptions;
  /** Listens nowhere: it lives from the connections that it is given. */
  readonly #server: Server;
  /** By both ends of the connection, the oldest first. */
  readonly #open = new Map<string, Handshake>();
  readonly #ofNetwork = new Map<string, Set<Handshake>>();

  constructor(options: HandshakesOptions) {
    this.#options = options;
    const { certificates } = options;
    this.#server = createServer({
      ...contextOptionsOf(certificates.material),
      ALPNProtocols: ["h2", "http/1.1"],
      requestCert: certificates.material.clientCa !== undefined,
      // It is judged once there are words for it.
      rejectUnauthorized: false,
    });
    certificates.onChange((material) => this.#server.setSecureContext(contextOptionsOf(material)));
    this.#server.on("secureConnection", (socket) => this.#finish(socket));
    this.#server.on("tlsClientError", (error: NodeJS.ErrnoException, socket) => {
      const { address } = this.#open.get(endsOf(socket)) ?? {};
      // Of whoever has left there is nothing to tell.
      if (address !== undefined && error.code !== "ECONNRESET")
        options.failed("handshakesFailed", { addresses: address, reasons: error.code ?? error.message });
      socket.destroy();
    });
  }

  /** @param isProxy whether the address stands for many */
  begin(socket: Socket, { address, isProxy }: { readonly address: string; readonly isProxy: boolean }): void {
    const { limits } = this.#options;
    const network = isProxy ? undefined : networkOf(address);
    const ofNetwork = network === undefined ? undefined : this.#ofNetwork.get(network);
    if (ofNetwork !== undefined && ofNetwork.size >= limits.handshakesPerAddressMax)
      this.#crowdOut(ofNetwork);
    if (this.#open.size >= limits.handshakesMax) this.#crowdOut(this.#open.values());
    // Whoever ends its side before the handshake is done leaves.
    socket.allowHalfOpen = false;
    this.#add(socket, address, network);
    this.#server.emit("connection", socket);
  }

  #add(socket: Socket, address: string, network: string | undefined): void {
    const ends = endsOf(socket);
    const timer = setTimeout(
      () => this.#cut(handshake, "handshakesTooSlow"),
      this.#options.limits.handshakeMsMax,
    );
    const end = () => {
      clearTimeout(timer);
      socket.off("close", end);
      if (this.#open.get(ends) === handshake) this.#open.delete(ends);
      if (network !== undefined) this.#leave(network, handshake);
    };
    const handshake: Handshake = { socket, address, network, end };
    socket.once("close", end);
    this.#open.set(ends, handshake);
    if (network !== undefined) this.#enter(network, handshake);
  }

  #enter(network: string, handshake: Handshake): void {
    const all = this.#ofNetwork.get(network) ?? new Set();
    this.#ofNetwork.set(network, all.add(handshake));
  }

  #leave(network: string, handshake: Handshake): void {
    const all = this.#ofNetwork.get(network);
    all?.delete(handshake);
    if (all?.size === 0) this.#ofNetwork.delete(network);
  }

  #crowdOut(handshakes: Iterable<Handshake>): void {
    const [oldest] = handshakes;
    if (oldest !== undefined) this.#cut(oldest, "handshakesCrowdedOut");
  }

  #cut({ socket, address, end }: Handshake, fault: HandshakeFault): void {
    end();
    this.#options.failed(fault, { addresses: address });
    socket.destroy();
  }

  #finish(socket: TLSSocket): void {
    const handshake = this.#open.get(endsOf(socket));
    // It was cut off meanwhile.
    if (handshake === undefined) {
      socket.destroy();
      return;
    }
    handshake.end();
    // A connection may fail at any time, also between its owners.
    socket.on("error", ignore);
    this.#options.secured(socket, handshake.socket);
  }
}

function ignore(): void {}

/** What no other open connection has. */
function endsOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`;
}
