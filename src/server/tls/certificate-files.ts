import { randomBytes, X509Certificate } from "node:crypto";
import { constants, open } from "node:fs/promises";
import type { Logger } from "pino";
import { Certificates, endOf, type TlsMaterial } from "./certificates.ts";
import { CertificateError, fittingMaterial, nameOf, type PemFile, type PemFiles } from "./fitting.ts";
import { type Validity, validityOf } from "./validity.ts";

/** Where the files are that the settings name. */
export interface CertificatePaths {
  readonly cert: string;
  readonly key: string;
  readonly clientCa: string | undefined;
}

export interface CertificateFilesOptions {
  readonly paths: CertificatePaths;
  readonly log: Logger;
  readonly now?: () => Date;
}

/** How often a file may have been exchanged: by another name for it, a link to another folder, or in place. No watch sees all of that. */
const lookMsInterval = 5_000;
const ticketsMs = 3_600_000;
const remindMs = 24 * 3_600_000;
const fileBytesMax = 1024 * 1024;

const words: Readonly<Record<Exclude<Validity, "valid">, string>> = {
  "ends soon": "the certificate of TLS_CERT ends soon: put its successor there",
  "has ended": "the certificate of TLS_CERT has ended, and clients refuse it: put its successor there",
  "has not begun": "the certificate of TLS_CERT is not valid yet, and clients refuse it: check the clock",
};

/** The certificate of a server in files, which may be exchanged while it serves. What does not fit changes nothing. */
export class CertificateFiles {
  readonly certificates: Certificates;
  readonly #options: CertificateFilesOptions;
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> = Promise.resolve();
  /** What was wrong the last time: it may be half of what is being written. */
  #doubt: string | undefined;
  /** What was told of that. */
  #told: string | undefined;
  #ticketsAtMs: number;
  #reminded: { readonly of: Validity; readonly atMs: number } = { of: "valid", atMs: 0 };

  /** @throws CertificateError where the files do not fit each other */
  static async open(options: CertificateFilesOptions): Promise<CertificateFiles> {
    const files = await readFiles(options.paths);
    return new CertificateFiles(fittingMaterial(files, newTicketSecret()), options);
  }

  private constructor(material: TlsMaterial, options: CertificateFilesOptions) {
    this.certificates = new Certificates(material);
    this.#options = options;
    this.#ticketsAtMs = this.#now.getTime();
    this.#remind();
    this.#timer = setInterval(() => void this.look(), lookMsInterval).unref();
  }

  /** Exchanges the certificate if there is another one that fits. What does not fit twice in succession is told in the log. */
  look(): Promise<void> {
    return this.#inTurn(() => this.#look({ isAsked: false }));
  }

  /** The same for who has asked for it, and so is told at once whatever comes of it. */
  reload(): Promise<void> {
    return this.#inTurn(() => this.#look({ isAsked: true }));
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #inTurn(look: () => Promise<void>): Promise<void> {
    this.#looking = this.#looking.then(look);
    return this.#looking;
  }

  async #look({ isAsked }: { readonly isAsked: boolean }): Promise<void> {
    const { log, paths } = this.#options;
    const { material } = this.certificates;
    try {
      const files = await readFiles(paths);
      if (isOf(files, material)) {
        if (isAsked) log.info(this.#facts(), "the certificate is the one that is in use already");
      } else {
        const found = fittingMaterial(files, material.ticketSecret);
        this.#requireLater(new X509Certificate(found.certificate));
        this.certificates.use(found);
        log.info(this.#facts(), "the certificate was exchanged for the one in TLS_CERT");
      }
      this.#doubt = undefined;
      this.#told = undefined;
    } catch (error) {
      this.#doubtOf(error as Error, isAsked);
    }
    this.#renewTickets();
    this.#remind();
  }

  #doubtOf(error: Error, isAsked: boolean): void {
    const { message } = error instanceof CertificateError ? error : { message: `${error.stack}` };
    const isCertain = isAsked || this.#doubt === message;
    this.#doubt = message;
    if (!isCertain || (this.#told === message && !isAsked)) return;
    this.#told = message;
    this.#options.log.warn(this.#facts(), `${message} Until then the certificate from before stays in use.`);
  }

  /** One that clients refuse is no successor, but of one that they have refused for longer. */
  #requireLater(own: X509Certificate): void {
    const validity = validityOf(own, this.#now);
    const name = nameOf({ setting: "TLS_CERT", path: this.#options.paths.cert });
    if (validity === "has ended" && endOf(own) <= this.certificates.certificateEnd())
      throw new CertificateError(
        `${name} has ended at ${endOf(own).toISOString()}: put one there that is valid.`,
      );
    if (validity === "has not begun")
      throw new CertificateError(
        `${name} is not valid before ${new Date(own.validFrom).toISOString()}: put one there that is, or wait.`,
      );
  }

  #renewTickets(): void {
    const nowMs = this.#now.getTime();
    if (isWithin(ticketsMs, this.#ticketsAtMs, nowMs)) return;
    this.#ticketsAtMs = nowMs;
    this.certificates.use({ ...this.certificates.material, ticketSecret: newTicketSecret() });
  }

  #remind(): void {
    const of = validityOf(this.certificates.own, this.#now);
    const atMs = this.#now.getTime();
    const isDue = of !== this.#reminded.of || !isWithin(remindMs, this.#reminded.atMs, atMs);
    if (!isDue) return;
    this.#reminded = { of, atMs };
    if (of !== "valid") this.#options.log.warn(this.#facts(), words[of]);
  }

  get #now(): Date {
    return this.#options.now?.() ?? new Date();
  }

  #facts() {
    const { subject } = this.certificates.own;
    return { subject, ends: this.certificates.certificateEnd().toISOString() };
  }
}

function isOf({ certificate, key, clientCa }: PemFiles, material: TlsMaterial): boolean {
  return (
    certificate.text === material.certificate &&
    key.text === material.key &&
    clientCa?.text === material.clientCa
  );
}

/** Where the clock was set back nobody knows how long ago it was. */
function isWithin(ms: number, sinceMs: number, nowMs: number): boolean {
  return nowMs >= sinceMs && nowMs - sinceMs < ms;
}

function newTicketSecret(): string {
  return randomBytes(32).toString("base64");
}

async function readFiles(paths: CertificatePaths): Promise<PemFiles> {
  const [certificate, key, clientCa] = await Promise.all([
    readPem("TLS_CERT", paths.cert),
    readPem("TLS_KEY", paths.key),
    paths.clientCa === undefined ? undefined : readPem("TLS_CLIENT_CA", paths.clientCa),
  ]);
  return { certificate, key, clientCa };
}

async function readPem(setting: string, path: string): Promise<PemFile> {
  try {
    // A pipe would keep whoever opens it waiting.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = await file.stat();
      if (!stats.isFile() || stats.size > fileBytesMax)
        throw new CertificateError(
          `${nameOf({ setting, path })} is no file, or one of more than a megabyte: give a PEM file.`,
        );
      return { setting, path, text: await file.readFile("utf8") };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof CertificateError) throw error;
    const { message } = error as Error;
    throw new CertificateError(
      `${nameOf({ setting, path })} cannot be read: ${message}. Check the path, and whether this user may read it.`,
    );
  }
}
