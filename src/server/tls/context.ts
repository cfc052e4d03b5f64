import { constants, createHash, hkdfSync } from "node:crypto";
import type { SecureContextOptions } from "node:tls";
import type { TlsMaterial } from "./certificates.ts";

/** Of TLS 1.2 only what HTTP/2 takes (RFC 9113, section 9.2.2): with forward secrecy and authenticated encryption. */
const ciphers = [
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-CHACHA20-POLY1305",
].join(":");

const sessionSeconds = 300;
const ticketKeyBytes = 48;

type ContextOptions = SecureContextOptions & { readonly ticketKeys: Buffer };

/** How connections with a material are encrypted. */
export function contextOptionsOf(material: TlsMaterial): ContextOptions {
  const { certificate, key, clientCa } = material;
  return {
    cert: certificate,
    key,
    // Without any no certificate of a client is asked for, and so none is looked at.
    ...(clientCa !== undefined && { ca: clientCa }),
    minVersion: "TLSv1.2",
    ciphers,
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION | ticketOption(material),
    sessionIdContext: "tallystick",
    sessionTimeout: sessionSeconds,
    ticketKeys: ticketKeysOf(material),
  };
}

/** Whoever must show a certificate shows it with every connection: one that was taken from the authority's list ends at once. */
function ticketOption({ clientCa }: TlsMaterial): number {
  return clientCa === undefined ? 0 : constants.SSL_OP_NO_TICKET;
}

/** Sessions that began with another certificate are not resumed. */
function ticketKeysOf({ certificate, ticketSecret }: TlsMaterial): Buffer {
  const salt = createHash("sha256").update(certificate).digest();
  return Buffer.from(hkdfSync("sha256", ticketSecret, salt, "session tickets", ticketKeyBytes));
}
