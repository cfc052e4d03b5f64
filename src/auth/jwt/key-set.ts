import { type CryptoKey, importJWK, type JWK } from "jose";
import type { Algorithm } from "./issuer.ts";
import type { Members } from "./token.ts";

const keysMax = 100;
/** Keys of more bits take long to verify with. */
const modulusCharactersMax = Math.ceil(8_192 / 6);
const exponentCharactersMax = 8;
const modulusBitsMin = 2_048;
/** Fetched anew in the background when they are so old. */
const freshMs = 300_000;
/** After so long without an attempt, as when no token came, they are fetched before they are used: a key may be gone. */
const idleMsMax = freshMs + 60_000;
/** Past it they are used no more, while the issuer stays away. */
const usedMsMax = 86_400_000;
/** For an unknown key, and after a failure with keys at hand; without any the next attempt comes sooner. */
const cooldownMs = 30_000;
const emptyCooldownMs = 5_000;

const rsa: readonly Algorithm[] = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];
/** Which algorithms are a key's, by its type and curve. */
const algorithmsOf: Readonly<Record<string, readonly Algorithm[]>> = {
  RSA: rsa,
  "EC P-256": ["ES256"],
  "EC P-384": ["ES384"],
  "EC P-521": ["ES512"],
  "OKP Ed25519": ["EdDSA"],
};

/** A public key with which tokens may be proved. */
export class VerifyingKey {
  /** Whether its issuer has taken it away: what it proved is proved no longer. */
  isGone = false;
  private readonly imported = new Map<Algorithm, Promise<CryptoKey>>();

  constructor(
    readonly kid: string | undefined,
    readonly text: string,
    private readonly jwk: JWK,
    readonly algorithms: readonly Algorithm[],
  ) {}

  /** Whether it can be read, and is as long as is safe. */
  async isUsable(): Promise<boolean> {
    const [algorithm] = this.algorithms;
    const key = algorithm && (await this.for(algorithm).catch(() => undefined));
    const { modulusLength = modulusBitsMin } = (key?.algorithm ?? {}) as { modulusLength?: number };
    return key !== undefined && modulusLength >= modulusBitsMin;
  }

  for(algorithm: Algorithm): Promise<CryptoKey> {
    const known = this.imported.get(algorithm);
    if (known !== undefined) return known;
    const importing = importJWK(this.jwk, algorithm) as Promise<CryptoKey>;
    this.imported.set(algorithm, importing);
    return importing;
  }
}

export interface KeySetOptions {
  readonly load: () => Promise<readonly Members[]>;
  readonly onFailure: (error: unknown) => void;
  readonly now?: () => number;
}

/** The keys of one issuer. All who need them fetched at once share one fetch, and there is one a cooldown at most. */
export class KeySet {
  private keys: readonly VerifyingKey[] = [];
  private fetchedAt = Number.NEGATIVE_INFINITY;
  private triedAt = Number.NEGATIVE_INFINITY;
  private fetching: Promise<void> | undefined;
  private readonly now: () => number;

  constructor(private readonly options: KeySetOptions) {
    this.now = options.now ?? (() => performance.now());
  }

  /** Whether what is kept may be used without waiting. Has it fetched anew in the background where it is old. */
  isCurrent(): boolean {
    const now = this.now();
    if (now - this.fetchedAt > freshMs) void this.renew();
    return this.isUsable() && now - this.triedAt <= idleMsMax;
  }

  /** Whether what is kept may be used, where it cannot be fetched. */
  isUsable(): boolean {
    return this.now() - this.fetchedAt <= usedMsMax;
  }

  /** The key of a token; undefined where there is none, or, if the set is not usable then, where nobody knows. */
  async find(kid: string | undefined, algorithm: Algorithm): Promise<VerifyingKey | undefined> {
    const known = this.isCurrent() ? this.pick(kid, algorithm) : undefined;
    if (known !== undefined) return known;
    await this.renew();
    return this.isUsable() ? this.pick(kid, algorithm) : undefined;
  }

  /** Without a name it must be the only one that it can be. */
  private pick(kid: string | undefined, algorithm: Algorithm): VerifyingKey | undefined {
    const suiting = this.keys.filter((key) => key.algorithms.includes(algorithm));
    if (kid === undefined) return suiting.length === 1 ? suiting[0] : undefined;
    return suiting.find((key) => key.kid === kid);
  }

  /** Fetches them, unless that was tried a moment ago. Never rejects. */
  renew(): Promise<void> {
    if (this.fetching !== undefined) return this.fetching;
    if (this.now() - this.triedAt < (this.isUsable() ? cooldownMs : emptyCooldownMs))
      return Promise.resolve();
    this.fetching = this.fetch().finally(() => {
      this.fetching = undefined;
      this.triedAt = this.now();
    });
    return this.fetching;
  }

  private async fetch(): Promise<void> {
    try {
      const offered = (await this.options.load()).slice(0, keysMax);
      const named = await Promise.all(offered.map((jwk) => this.keyOf(jwk)));
      const keys = named.filter((key) => key !== undefined);
      if (keys.length === 0) throw new Error("none of its keys can be used");
      for (const key of this.keys) key.isGone = !keys.includes(key);
      this.keys = keys;
      this.fetchedAt = this.now();
    } catch (error) {
      this.options.onFailure(error);
    }
  }

  /** The same object as long as the key is the same. Undefined for what is none to verify with. */
  private async keyOf(jwk: Members): Promise<VerifyingKey | undefined> {
    const { kty, crv, kid, use, key_ops: uses, alg, n, e, x, y } = jwk;
    const isToVerify = use === undefined || use === "sig";
    const mayVerify = uses === undefined || (Array.isArray(uses) && uses.includes("verify"));
    const own = algorithmsOf[kty === "RSA" ? "RSA" : `${kty} ${crv}`] ?? [];
    const pinned = alg === undefined ? own : own.filter((each) => each === alg);
    if (!isToVerify || !mayVerify || !isCheap(n, modulusCharactersMax) || !isCheap(e, exponentCharactersMax))
      return undefined;
    const members = Object.entries({ kty, crv, n, e, x, y }).filter(([, value]) => value !== undefined);
    const name = typeof kid === "string" ? kid : undefined;
    const text = JSON.stringify([name, pinned, members]);
    const known = this.keys.find((key) => key.text === text);
    const key = known ?? new VerifyingKey(name, text, Object.fromEntries(members) as JWK, pinned);
    return (await key.isUsable()) ? key : undefined;
  }
}

function isCheap(number: unknown, charactersMax: number): boolean {
  return number === undefined || (typeof number === "string" && number.length <= charactersMax);
}
