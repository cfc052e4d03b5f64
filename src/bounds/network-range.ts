import { isIP, isIPv4 } from "node:net";

/** A CIDR range of IP addresses. */
export interface NetworkRange {
  readonly address: string;
  /** The length of the prefix: all bits, for one address. */
  readonly bits: number;
}

/** Reads an IP address or a range such as 10.0.0.0/8 or fd00::/8; undefined for anything else. */
export function parseNetworkRange(text: string): NetworkRange | undefined {
  const [, address = "", prefix] = /^([\da-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  if (isIP(address) === 0) return undefined;
  const bitsMax = isIPv4(address) ? 32 : 128;
  const bits = prefix === undefined ? bitsMax : Number(prefix);
  return bits <= bitsMax ? { address, bits } : undefined;
}
