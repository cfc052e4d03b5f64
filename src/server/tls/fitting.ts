import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import type { TlsMaterial } from "./certificates.ts";
import { contextOptionsOf } from "./context.ts";

/** Why a certificate, a key or an authority cannot be used: a line that names the setting and says what to do. */
export class CertificateError extends Error {
  override readonly name = "CertificateError";
}

/** A file that a setting names. */
export interface PemFile {
  readonly setting: string;
  readonly path: string;
  readonly text: string;
}

export interface PemFiles {
  readonly certificate: PemFile;
  readonly key: PemFile;
  readonly clientCa: PemFile | undefined;
}

/**
 * The material of files that fit each other.
 *
 * @throws CertificateError
 */
export function fittingMaterial({ certificate, key, clientCa }: PemFiles, ticketSecret: string): TlsMaterial {
  const chain = certificatesIn(certificate);
  requireKeyOf(chain, certificate, key);
  if (clientCa !== undefined) requireRoots(clientCa);
  const material = { certificate: certificate.text, key: key.text, clientCa: clientCa?.text, ticketSecret };
  try {
    createSecureContext(contextOptionsOf(material));
  } catch (error) {
    const { message } = error as Error;
    throw new CertificateError(
      `${nameOf(certificate)} and ${nameOf(key)} cannot be used: OpenSSL says "${message}". Make another pair.`,
    );
  }
  return material;
}

export function nameOf({ setting, path }: Pick<PemFile, "setting" | "path">): string {
  return `${setting} (${path})`;
}

const block =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]*-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

function certificatesIn(file: PemFile): X509Certificate[] {
  const begun = file.text.match(/-----BEGIN [A-Z0-9 ]*CERTIFICATE-----/g) ?? [];
  if (begun.length === 0)
    throw new CertificateError(`${nameOf(file)} holds no certificate: give a PEM file with one.`);
  try {
    const certificates = (file.text.match(block) ?? []).map((text) => new X509Certificate(text));
    if (certificates.length === begun.length) return certificates;
  } catch {
    // Is told below.
  }
  throw new CertificateError(
    `${nameOf(file)} holds a certificate that is broken or cut short: write the file anew, whole.`,
  );
}

/** OpenSSL trusts whom a root leads to, and Node 20 lets nobody be trusted without. */
function requireRoots(file: PemFile): void {
  const authorities = certificatesIn(file);
  for (const each of authorities) {
    if (each.subject === each.issuer || authorities.some((other) => each.checkIssued(other))) continue;
    throw new CertificateError(
      `${nameOf(file)} holds ${nameIn(each.subject)}, and not who has certified it, ${nameIn(each.issuer)}: add the authorities up to a root, which has certified itself.`,
    );
  }
}

/** In one line. */
function nameIn(distinguished: string): string {
  return `"${distinguished.replaceAll("\n", ", ")}"`;
}

function requireKeyOf(chain: readonly X509Certificate[], certificate: PemFile, file: PemFile): void {
  const key = privateKeyIn(file);
  const [own, ...others] = chain;
  if (own?.checkPrivateKey(key)) return;
  throw new CertificateError(
    others.some((each) => each.checkPrivateKey(key))
      ? `${nameOf(certificate)} has the certificate of ${nameOf(file)} behind others: put the server's own first.`
      : `${nameOf(file)} is not the key of the certificate in ${nameOf(certificate)}: give the two that were made together.`,
  );
}

function privateKeyIn(file: PemFile): KeyObject {
  try {
    return createPrivateKey(file.text);
  } catch {
    const isEncrypted = /^(-----BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED)/m.test(file.text);
    throw new CertificateError(
      isEncrypted
        ? `${nameOf(file)} is encrypted: give it without a passphrase, as \`openssl pkey\` writes it.`
        : `${nameOf(file)} holds no private key, or one that is cut short: give a PEM file with a whole one.`,
    );
  }
}
