import type { IncomingHttpHeaders } from "node:http";
import { BlockList, isIP, isIPv6 } from "node:net";
import { plainAddress } from "../../bounds/network.ts";
import type { NetworkRange } from "../../bounds/network-range.ts";
import { forwardedAddresses } from "./forwarded.ts";

export interface ProxyOptions {
  /** Where those proxies are that say truly whom a request came from. */
  readonly trusted: readonly NetworkRange[];
  /** The one header in which they say so: of any other they may pass on what a stranger wrote. */
  readonly header: ForwardingHeader;
}

export const forwardingHeaders = ["x-forwarded-for", "forwarded"] as const;
export type ForwardingHeader = (typeof forwardingHeaders)[number];

const nobody: ProxyOptions = { trusted: [], header: "x-forwarded-for" };

/** The proxies between callers and the port. */
export class Proxies {
  readonly #trusted = new BlockList();
  readonly #header: ForwardingHeader;

  constructor({ trusted, header }: ProxyOptions = nobody) {
    for (const { address, bits } of trusted) this.#trusted.addSubnet(address, bits, familyOf(address));
    this.#header = header;
  }

  isTrusted(address: string): boolean {
    const plain = plainAddress(address);
    return isIP(plain) > 0 && this.#trusted.check(plain, familyOf(plain));
  }

  /**
   * Whom a request came from that a trusted proxy passed on: the last address of the header that is not of a trusted one.
   * What stands before that anybody may have written, and is not looked at. What is no address ends the search: then it is
   * the last one that was found.
   */
  callerOf(proxy: string, headers: IncomingHttpHeaders): string {
    const addresses = forwardedAddresses(this.#header, headers[this.#header]);
    let caller = proxy;
    for (const address of addresses) {
      if (address === undefined) break;
      caller = address;
      if (!this.isTrusted(address)) break;
    }
    return caller;
  }
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIPv6(address) ? "ipv6" : "ipv4";
}
