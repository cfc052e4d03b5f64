import type { Socket } from "node:net";
import { networkOf } from "../bounds/network.ts";
import { addressOf } from "./peer.ts";

/** Counts the open connections of each address, so that no one has them all. */
export class ConnectionCount {
  private readonly open = new Map<string, number>();

  constructor(private readonly ofOneMax: number) {}

  /** Counts a connection until it closes; false, and not counted, where its address has too many. */
  take(socket: Socket): boolean {
    const network = networkOf(addressOf(socket));
    const count = this.open.get(network) ?? 0;
    if (count >= this.ofOneMax) return false;
    this.open.set(network, count + 1);
    socket.once("close", () => this.release(network));
    return true;
  }

  private release(network: string): void {
    const count = this.open.get(network) ?? 0;
    if (count > 1) this.open.set(network, count - 1);
    else this.open.delete(network);
  }
}
