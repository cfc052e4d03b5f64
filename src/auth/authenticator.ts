import { boundedMap } from "../bounds/bounded-map.ts";
import { FreshCache } from "../bounds/fresh-cache.ts";
import type { Summary } from "../bounds/summary.ts";
import { Refused } from "../domain/refusal.ts";
import type { CredentialLookup, ProvingCredential } from "../store/tenants/credential-lookup.ts";
import type { Use } from "../store/tenants/credential-uses.ts";
import { type Proof, readAuthorization } from "./authorization-header.ts";
import type { Caller } from "./caller.ts";
import { type Guess, Guesses } from "./guesses.ts";
import type { Tokens } from "./jwt/tokens.ts";
import { hashOf, isSameHash } from "./secret.ts";
import { WrongProofs } from "./wrong-proofs.ts";

/**
 * What has ended, by a revocation, by its time or by a rotation, is accepted for no longer than staleMs, which is less than
 * the five seconds promised.
 */
const freshness = { freshMs: 1_000, staleMs: 4_000, entriesMax: 10_000 };

/** Where a header comes from. */
export interface Sender {
  /** The IP address. */
  readonly address: string;
  /** Called before a look-up; counts what may arrive meanwhile, or throws where that is too much. */
  wait(): { release(): void };
}

/** The whole message is there already. */
const nothingWaits = { release: () => undefined };

/** What a header says, with the secret hashed. */
interface HashedProof {
  /** Undefined where the secret alone was given. */
  readonly clientId: string | undefined;
  readonly secretHash: string;
  /** Names its credential among those that are kept. */
  readonly name: string;
}

export interface AuthenticatorOptions {
  readonly failures: Summary;
  readonly processes: number;
  /** Undefined where no issuer's tokens are taken. */
  readonly tokens?: Tokens | undefined;
  /** Told who has proved to be there when that was looked up anew, so at most once in freshMs. */
  readonly onUse?: (use: Use) => void;
}

/** Finds out who is calling. */
export class Authenticator {
  private readonly kept = new FreshCache<ProvingCredential>(freshness);
  /** Headers that were right when they came last, by their text: a caller sends the same one each time, and reading it costs a hash. */
  private readonly proofs = boundedMap<HashedProof>(freshness.entriesMax);
  private readonly wrong = new WrongProofs();
  private readonly guesses: Guesses;
  private readonly onUse: (use: Use) => void;
  private readonly tokens: Tokens | undefined;

  constructor(
    private readonly credentials: Pick<CredentialLookup, "find">,
    { failures, processes, tokens, onUse = () => undefined }: AuthenticatorOptions,
  ) {
    this.guesses = new Guesses(failures, processes);
    this.onUse = onUse;
    this.tokens = tokens;
  }

  /**
   * The caller that an Authorization header proves. A known credential costs no query. Refuses with UNAUTHENTICATED, or with
   * TOO_MANY_FAILURES where the sender's address has sent too many wrong ones.
   */
  async authenticate(header: string | null, sender: Sender): Promise<Caller> {
    if (header === null)
      throw unauthenticated("give a client id and secret by HTTP Basic, or the secret as a Bearer token");
    const proof = this.proofs.get(header);
    const caller = this.known(header);
    if (caller !== undefined) return caller;
    const waiting = sender.wait();
    try {
      if (proof !== undefined) {
        const credential = await this.kept.get(proof.name, () => this.find(proof));
        if (isProved(credential, proof)) return callerOf(credential);
        this.proofs.delete(header);
      }
      return await this.callerOfUnknown(header, sender.address);
    } finally {
      waiting.release();
    }
  }

  /** The caller that a header proves which was right before, where that can be told without waiting. */
  known(header: string | null): Caller | undefined {
    if (header === null) return undefined;
    const proof = this.proofs.get(header);
    if (proof === undefined) return this.tokens?.known(header);
    const credential = this.kept.kept(proof.name, () => this.find(proof));
    return isProved(credential, proof) ? callerOf(credential) : undefined;
  }

  /** As `authenticate`, for a caller who was known when its call began: what is kept of a credential does not answer. */
  async again(header: string | null, address: string): Promise<Caller> {
    const proof = this.proofs.get(header ?? "");
    if (proof !== undefined) {
      const credential = await this.kept.renew(proof.name, () => this.find(proof));
      if (isProved(credential, proof)) return callerOf(credential);
    }
    return this.authenticate(header, { address, wait: () => nothingWaits });
  }

  /** As `authenticate`, for a header that is new, or right no longer. */
  private async callerOfUnknown(header: string, address: string): Promise<Caller> {
    const reading = this.tokens?.read(header);
    if (reading?.kind === "token") return reading.prove({ address, guesses: this.guesses });
    const given = reading?.kind === "unreadable" ? reading : readAuthorization(header);
    if ("because" in given) {
      this.guesses.note("failed", { address });
      throw unauthenticated(reading?.because ?? given.because);
    }
    const guess = { clientId: undefined, ...given, address };
    this.guesses.admit(guess);
    const proof = hashed(given);
    const credential = await this.prove(proof, guess, reading?.because ?? unknownBecause(given));
    this.proofs.set(header, proof);
    return callerOf(credential);
  }

  /**
   * The credential is looked up also where it is kept: otherwise the time that it takes to be refused would tell which ids
   * there are, and a secret that was changed would be wrong for as long as the old one is kept.
   */
  private async prove(proof: HashedProof, guess: Guess, because: string): Promise<ProvingCredential> {
    if (!this.wrong.has(proof)) {
      const credential = await this.kept.renew(proof.name, () => this.find(proof));
      // Others may have guessed meanwhile: what is past the budget is not looked at, right or wrong.
      this.guesses.admit(guess);
      if (isProved(credential, proof)) return credential;
      this.wrong.add(proof);
      const refused = this.guesses.spend(guess);
      if (refused !== undefined) throw refused;
    } else this.guesses.note("failed", guess);
    throw unauthenticated(because);
  }

  private async find(proof: HashedProof): Promise<ProvingCredential | undefined> {
    const { clientId, secretHash } = proof;
    const credential = await (clientId === undefined
      ? this.credentials.find("secretHash", secretHash)
      : this.credentials.find("clientId", clientId));
    if (isProved(credential, proof))
      this.onUse({ credential, secretHash, isNewest: isSameHash(credential.secretHash, secretHash) });
    return credential;
  }
}

/** An id before the secret belongs to Basic; a secret of one's own may have a colon, too. */
function unknownBecause(given: Proof): string {
  const unknown = "the credential is not known, has another secret, was revoked, or has expired";
  const isPair = !("clientId" in given) && given.secret.includes(":");
  return isPair ? `${unknown}; a Bearer token is the secret alone, without an id and a colon` : unknown;
}

function hashed(given: Proof): HashedProof {
  const clientId = "clientId" in given ? given.clientId : undefined;
  const secretHash = hashOf(given.secret);
  return { clientId, secretHash, name: clientId === undefined ? `secret:${secretHash}` : `id:${clientId}` };
}

function isProved(
  credential: ProvingCredential | undefined,
  { secretHash }: HashedProof,
): credential is ProvingCredential {
  if (credential === undefined) return false;
  const { formerSecretHash } = credential;
  return (
    isSameHash(credential.secretHash, secretHash) ||
    (formerSecretHash !== null && isSameHash(formerSecretHash, secretHash))
  );
}

function callerOf({ clientId, orgId, role }: ProvingCredential): Caller {
  return { actor: clientId, orgId, role };
}

function unauthenticated(because: string): Refused {
  return new Refused({ reason: "UNAUTHENTICATED", because });
}
