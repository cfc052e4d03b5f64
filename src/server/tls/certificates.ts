import { X509Certificate } from "node:crypto";

/** What a server shows its clients, and what it asks of them. All of it in PEM. */
export interface TlsMaterial {
  /** Its own certificate, then those that lead from it to one that clients trust. */
  readonly certificate: string;
  readonly key: string;
  /** Whose certificates clients must have; undefined where they need none. */
  readonly clientCa: string | undefined;
  /** Random, and the same in all processes of a port: a session that one has begun another can resume. */
  readonly ticketSecret: string;
}

/** What connections get that begin from now on. */
export class Certificates {
  #material: TlsMaterial;
  #own: X509Certificate;
  readonly #listeners: ((material: TlsMaterial) => void)[] = [];

  constructor(material: TlsMaterial) {
    this.#material = material;
    this.#own = new X509Certificate(material.certificate);
  }

  get material(): TlsMaterial {
    return this.#material;
  }

  /** The server's own certificate. */
  get own(): X509Certificate {
    return this.#own;
  }

  /** When the certificate ends. */
  certificateEnd(): Date {
    return endOf(this.#own);
  }

  /** Exchanges it for another that fits. Connections that are open keep what they began with. */
  use(material: TlsMaterial): void {
    this.#own = new X509Certificate(material.certificate);
    this.#material = material;
    for (const listener of this.#listeners) listener(material);
  }

  onChange(listener: (material: TlsMaterial) => void): void {
    this.#listeners.push(listener);
  }
}

export function endOf({ validTo }: X509Certificate): Date {
  return new Date(validTo);
}
