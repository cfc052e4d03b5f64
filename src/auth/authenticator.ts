import { Refused } from "../domain/refusal.ts";
import type { Credentials, StoredCredential } from "../store/credentials.ts";
import { FreshCache } from "../store/fresh-cache.ts";
import { retrying } from "../store/retry.ts";
import { readAuthorization } from "./authorization-header.ts";
import type { Caller } from "./caller.ts";
import { hashOf, isSecretOf } from "./secret.ts";

/** A revoked credential is accepted for no longer than staleMs, which is less than the five seconds promised. */
const freshness = { freshMs: 1_000, staleMs: 4_000, entriesMax: 10_000 };

/** Finds out who is calling. */
export class Authenticator {
  private readonly known = new FreshCache<StoredCredential>(freshness);

  constructor(private readonly credentials: Credentials) {}

  /** The caller that an Authorization header proves. A known credential costs no query. Refuses with UNAUTHENTICATED. */
  async authenticate(header: string | null): Promise<Caller> {
    if (header === null)
      throw unauthenticated("give a client id and secret by HTTP Basic, or the secret as a Bearer token");
    const proof = readAuthorization(header);
    if (proof === undefined)
      throw unauthenticated("the Authorization header is neither HTTP Basic nor a Bearer token");
    const credential =
      "clientId" in proof
        ? await this.find(`id:${proof.clientId}`, () => this.credentials.findByClientId(proof.clientId))
        : await this.find(`secret:${hashOf(proof.secret)}`, () =>
            this.credentials.findBySecretHash(hashOf(proof.secret)),
          );
    if (credential === undefined || !isSecretOf(credential.secretHash, proof.secret)) {
      throw unauthenticated("the credential is not known, or was revoked");
    }
    return { clientId: credential.clientId, orgId: credential.orgId, role: credential.role };
  }

  private find(
    key: string,
    load: () => Promise<StoredCredential | undefined>,
  ): Promise<StoredCredential | undefined> {
    return this.known.get(key, () => retrying(load));
  }
}

function unauthenticated(because: string): Refused {
  return new Refused({ reason: "UNAUTHENTICATED", because });
}
