import { Refused } from "../domain/refusal.ts";
import { boundedMap } from "../store/driver/bounded-map.ts";
import { FreshCache } from "../store/driver/fresh-cache.ts";
import { retrying } from "../store/driver/retry.ts";
import type { Credentials, StoredCredential } from "../store/tenants/credentials.ts";
import { readAuthorization } from "./authorization-header.ts";
import type { Caller } from "./caller.ts";
import { hashOf, isSameHash } from "./secret.ts";

/** A revoked credential is accepted for no longer than staleMs, which is less than the five seconds promised. */
const freshness = { freshMs: 1_000, staleMs: 4_000, entriesMax: 10_000 };

/** What a header says, with the secret hashed. */
interface HashedProof {
  /** Undefined where the secret alone was given. */
  readonly clientId: string | undefined;
  readonly secretHash: string;
  /** Names its credential among those that are kept. */
  readonly name: string;
}

/** Finds out who is calling. */
export class Authenticator {
  private readonly known = new FreshCache<StoredCredential>(freshness);
  /** Headers that once were right, by their text: a caller sends the same one each time, and reading it costs a hash. */
  private readonly proofs = boundedMap<HashedProof>(freshness.entriesMax);

  constructor(private readonly credentials: Credentials) {}

  /** The caller that an Authorization header proves. A known credential costs no query. Refuses with UNAUTHENTICATED. */
  async authenticate(header: string | null): Promise<Caller> {
    if (header === null)
      throw unauthenticated("give a client id and secret by HTTP Basic, or the secret as a Bearer token");
    const known = this.proofs.get(header);
    const proof = known ?? hashedProof(header);
    if (proof === undefined)
      throw unauthenticated("the Authorization header is neither HTTP Basic nor a Bearer token");
    const credential = await this.find(proof);
    if (credential === undefined || !isSameHash(credential.secretHash, proof.secretHash)) {
      throw unauthenticated("the credential is not known, or was revoked");
    }
    if (known === undefined) this.proofs.set(header, proof);
    return { clientId: credential.clientId, orgId: credential.orgId, role: credential.role };
  }

  private find({ clientId, secretHash, name }: HashedProof): Promise<StoredCredential | undefined> {
    return this.known.get(name, () =>
      retrying(() =>
        clientId === undefined
          ? this.credentials.findBySecretHash(secretHash)
          : this.credentials.findByClientId(clientId),
      ),
    );
  }
}

function hashedProof(header: string): HashedProof | undefined {
  const proof = readAuthorization(header);
  if (proof === undefined) return undefined;
  const clientId = "clientId" in proof ? proof.clientId : undefined;
  const secretHash = hashOf(proof.secret);
  return { clientId, secretHash, name: clientId === undefined ? `secret:${secretHash}` : `id:${clientId}` };
}

function unauthenticated(because: string): Refused {
  return new Refused({ reason: "UNAUTHENTICATED", because });
}
