import type { Certificates } from "./certificates.ts";

/** How the port encrypts. */
export interface Tls {
  readonly certificates: Certificates;
  /** What becomes of clients that speak without TLS. */
  readonly plaintext: PlaintextPolicy;
}

export const plaintextPolicies = ["refuse", "allow"] as const;
export type PlaintextPolicy = (typeof plaintextPolicies)[number];
