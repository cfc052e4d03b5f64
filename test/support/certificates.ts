import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Certificates } from "../../src/server/tls/certificates.ts";
import type { Tls } from "../../src/server/tls/tls.ts";

const folder = join(import.meta.dirname, "tls");

/** What `tls/make.sh` has made. All but `foreign` are of `authority`. */
export type CertificateName = "server" | "renewed" | "ended" | "client" | "foreign";

/** Paths of a certificate and its key. */
export function pathsOf(name: CertificateName): { readonly cert: string; readonly key: string } {
  return { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
}

/** The same as PEM. */
export function pairOf(name: CertificateName): { readonly cert: string; readonly key: string } {
  const { cert, key } = pathsOf(name);
  return { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
}

export const authorityPath: string = join(folder, "authority.pem");
export const authority: string = readFileSync(authorityPath, "utf8");

/** For a server with the certificate `server`. */
export function testTls(): Tls {
  const { cert, key } = pairOf("server");
  const material = { certificate: cert, key, clientCa: undefined, ticketSecret: "the tests'" };
  return { certificates: new Certificates(material), plaintext: "refuse" };
}
