import { hash } from "node:crypto";
import { boundedMap } from "../../bounds/bounded-map.ts";
import { Semaphore } from "../../bounds/semaphore.ts";
import { Refused } from "../../domain/refusal.ts";
import type { Organizations } from "../../store/tenants/organizations.ts";
import type { Caller } from "../caller.ts";
import type { Guesses } from "../guesses.ts";
import { accessOf, actorOf } from "./claims.ts";
import { failureOf } from "./fetch-json.ts";
import type { IssuerSettings } from "./issuer.ts";
import { fetchKeys, KeysUnavailable } from "./issuer-keys.ts";
import { KeySet, type VerifyingKey } from "./key-set.ts";
import { faultBefore, type Proved, proved } from "./proof.ts";
import { endOf } from "./times.ts";
import { isTooLong, mayHoldToken, readToken, type Token, tokenCharactersMax } from "./token.ts";

const entriesMax = 10_000;
/** As long as a wrong secret is remembered, and for the same reason: it comes again and again. */
const wrongMs = 1_000;
/** Signatures that are looked at at once; node has four threads for them. */
const verifiedAtOnceMax = 4;
const loggedMsInterval = 60_000;

interface Issuer {
  readonly settings: IssuerSettings;
  readonly keys: KeySet;
}

/** A token, and who is said to have made it. */
interface Claimed {
  readonly token: Token;
  readonly issuer: Issuer;
}

interface Known {
  readonly caller: Caller;
  readonly endsAt: number;
  readonly key: VerifyingKey;
  readonly keys: KeySet;
}

/** What a header is taken for. */
export type Reading =
  | { readonly kind: "token"; prove(sender: Sender): Promise<Caller> }
  /** It cannot be anything. */
  | { readonly kind: "unreadable"; readonly because: string }
  /** It has the form of one, and may yet be a secret. */
  | { readonly kind: "foreign"; readonly because: string };

export interface TokensOptions {
  readonly organizations: Pick<Organizations, "find">;
  readonly onKeysFailed: (record: Readonly<Record<string, string>>) => void;
}

interface Sender {
  readonly address: string;
  readonly guesses: Pick<Guesses, "admitToken" | "spendToken" | "note">;
}

/** The callers that tokens prove. */
export class Tokens {
  private readonly issuers: ReadonlyMap<string, Issuer>;
  private readonly good = boundedMap<Known>(entriesMax);
  private readonly wrong = boundedMap<{ readonly until: number; readonly refused: Refused }>(entriesMax);
  private readonly underWay = new Map<string, Promise<Caller>>();
  private readonly verifying = new Semaphore(verifiedAtOnceMax);

  constructor(
    issuers: readonly IssuerSettings[],
    private readonly options: TokensOptions,
  ) {
    this.issuers = new Map(issuers.map((settings) => [settings.issuer, this.issuerOf(settings)]));
    // The first caller need not wait for keys, and whoever starts the service sees at once that there are none.
    for (const { keys } of this.issuers.values()) void keys.renew();
  }

  /** The caller of a token that was proved before and has not ended. */
  known(header: string): Caller | undefined {
    if (!mayHoldToken(header)) return undefined;
    const digest = digestOf(header);
    const known = this.good.get(digest);
    if (known === undefined) return undefined;
    if (Date.now() < known.endsAt && known.keys.isCurrent() && !known.key.isGone) return known.caller;
    this.good.delete(digest);
    return undefined;
  }

  /** Undefined for what is no token. */
  read(header: string): Reading | undefined {
    if (isTooLong(header))
      return { kind: "unreadable", because: `the token is longer than ${tokenCharactersMax} characters` };
    const token = mayHoldToken(header) ? readToken(header) : undefined;
    if (token === undefined) return undefined;
    const { iss } = token.claims;
    const issuer = typeof iss === "string" ? this.issuers.get(iss) : undefined;
    if (issuer !== undefined)
      return { kind: "token", prove: (sender) => this.prove(digestOf(header), { token, issuer }, sender) };
    const because =
      "the token's iss is none of the issuers whose tokens are taken, letter by letter, with or without a slash at its end";
    return { kind: "foreign", because };
  }

  /** Those who send one token at once share one proof. */
  private prove(digest: string, claimed: Claimed, sender: Sender): Promise<Caller> {
    const wrong = this.wrong.get(digest);
    if (wrong !== undefined && wrong.until > performance.now()) {
      sender.guesses.note("failed", sender);
      return Promise.reject(wrong.refused);
    }
    const already = this.underWay.get(digest);
    if (already !== undefined) return already;
    const proving = this.callerOf(digest, claimed, sender).finally(() => this.underWay.delete(digest));
    this.underWay.set(digest, proving);
    return proving;
  }

  private async callerOf(digest: string, { token, issuer }: Claimed, sender: Sender): Promise<Caller> {
    const { settings, keys } = issuer;
    const { guesses } = sender;
    const verify = <T>(work: () => Promise<T>) => {
      guesses.admitToken(sender);
      return this.verifying.run(() => {
        // Others may have failed meanwhile: what is past the budget is not looked at.
        guesses.admitToken(sender);
        return work();
      });
    };
    const outcome = faultBefore(token, settings, Date.now()) ?? (await proved(token, settings, keys, verify));
    if (outcome === "no keys") throw unavailable(settings);
    if ("because" in outcome) {
      const refused = new Refused({ reason: "UNAUTHENTICATED", because: outcome.because });
      this.remember(digest, refused);
      if (outcome.isForged) throw guesses.spendToken(sender) ?? refused;
      guesses.note("failed", sender);
      throw refused;
    }
    return this.admitted(digest, issuer, outcome);
  }

  /** Whoever is proved and stands for nobody here guesses nothing; its token is not proved again at once. */
  private async admitted(
    digest: string,
    { settings, keys }: Issuer,
    { claims, key }: Proved,
  ): Promise<Caller> {
    const found = await this.found(settings, claims);
    const end = endOf(claims, settings, Date.now());
    if ("because" in found || "because" in end) {
      const because = "because" in found ? found.because : "the token has expired (exp)";
      const refused = new Refused({ reason: "TOKEN_WITHOUT_ACCESS", because });
      this.remember(digest, refused);
      throw refused;
    }
    this.good.set(digest, { caller: found, endsAt: end.endsAt, key, keys });
    return found;
  }

  private async found(
    settings: IssuerSettings,
    claims: Proved["claims"],
  ): Promise<Caller | { readonly because: string }> {
    const actor = actorOf(settings.name, claims["sub"]);
    if (actor === undefined) return { because: "the token has no sub, or one that is no text" };
    const access = accessOf(claims, settings);
    if ("because" in access) return access;
    const { organization, role } = access;
    if (organization === null) return { actor, orgId: null, role };
    const found = await this.options.organizations.find(organization);
    return found === undefined
      ? { because: "the token's organization is none that there is here, by name or id" }
      : { actor, orgId: found.id, role };
  }

  private remember(digest: string, refused: Refused): void {
    this.wrong.set(digest, { until: performance.now() + wrongMs, refused });
  }

  private issuerOf(settings: IssuerSettings): Issuer {
    let loggedAt = Number.NEGATIVE_INFINITY;
    const onFailure = (error: unknown) => {
      if (performance.now() - loggedAt < loggedMsInterval) return;
      loggedAt = performance.now();
      const { url, reason } = error instanceof KeysUnavailable ? error : { url: undefined, reason: error };
      this.options.onKeysFailed({
        issuer: settings.name,
        ...(url !== undefined && { url }),
        because: failureOf(reason),
      });
    };
    return { settings, keys: new KeySet({ load: () => fetchKeys(settings), onFailure }) };
  }
}

function unavailable({ name }: IssuerSettings): Refused {
  const because = `whether the token is good is not known, because the keys of its issuer ${name} cannot be fetched`;
  return new Refused({ reason: "UNAVAILABLE", because });
}

/** So that no token is kept. */
function digestOf(header: string): string {
  return hash("sha256", header, "base64");
}
