import { errors, jwtVerify } from "jose";
import type { Algorithm, IssuerSettings } from "./issuer.ts";
import type { KeySet, VerifyingKey } from "./key-set.ts";
import { endOf } from "./times.ts";
import { headerFault, type Members, type Token } from "./token.ts";

/** What is wrong with a token; nothing of it counts. */
export interface Fault {
  readonly because: string;
  /** Whether it took a signature to find out. */
  readonly isForged?: true;
}

/** What can be told without a signature. */
export function faultBefore(token: Token, settings: IssuerSettings, nowMs: number): Fault | undefined {
  const because = headerFault(token, settings) ?? audienceFault(token.claims, settings);
  if (because !== undefined) return { because };
  const end = endOf(token.claims, settings, nowMs);
  if ("because" in end) return end;
  if (token.claims["cnf"] !== undefined)
    return { because: "the token is bound to a key of its holder (cnf), which a Bearer token cannot show" };
  return undefined;
}

function audienceFault({ aud }: Members, { audiences }: IssuerSettings): string | undefined {
  const given: unknown[] = Array.isArray(aud) ? aud : [aud];
  if (audiences.length === 0)
    return aud === undefined ? undefined : "the token has an aud, and those of its issuer are to have none";
  return given.some((each) => audiences.some((audience) => audience === each))
    ? undefined
    : "the token is for somebody else: its aud has none of the audiences that are taken of its issuer";
}

export interface Proved {
  readonly claims: Members;
  readonly key: VerifyingKey;
}

/** What a token says, once its signature is right; `verify` runs what costs processor time. */
export async function proved(
  token: Token,
  settings: IssuerSettings,
  keys: KeySet,
  verify: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<Proved | Fault | "no keys"> {
  const algorithm = token.header["alg"] as Algorithm;
  const kid = token.header["kid"] as string | undefined;
  const key = await keys.find(kid, algorithm);
  if (key === undefined) return keys.isUsable() ? noKey(kid) : "no keys";
  try {
    const cryptoKey = await key.for(algorithm);
    const options = {
      algorithms: [algorithm],
      issuer: settings.issuer,
      ...(settings.audiences.length > 0 && { audience: [...settings.audiences] }),
      clockTolerance: settings.clockSkewSeconds,
      maxTokenAge: settings.ageSecondsMax,
      requiredClaims: ["exp"],
    };
    const { payload } = await verify(() => jwtVerify(token.text, cryptoKey, options));
    return { claims: payload, key };
  } catch (error) {
    const { JWSSignatureVerificationFailed, JOSEError } = errors;
    if (error instanceof JWSSignatureVerificationFailed)
      return { because: "the token's signature is wrong", isForged: true };
    if (error instanceof JOSEError) return { because: `the token is wrong: ${error.message}` };
    throw error;
  }
}

function noKey(kid: string | undefined): Fault {
  return {
    because:
      kid === undefined
        ? "the token has no kid, and its issuer has not exactly one key for its alg"
        : "the token's kid is none of a key that its issuer has for its alg",
  };
}
