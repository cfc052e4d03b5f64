import type { IssuerSettings } from "./issuer.ts";
import type { Members } from "./token.ts";

/** When a token ends, in milliseconds since 1970, or why it is not good now. */
export function endOf(
  { exp, iat, nbf }: Members,
  { clockSkewSeconds: skew, ageSecondsMax }: Pick<IssuerSettings, "clockSkewSeconds" | "ageSecondsMax">,
  nowMs: number,
): { readonly endsAt: number } | { readonly because: string } {
  const now = nowMs / 1_000;
  if (!isMoment(exp)) return { because: "the token has no exp, or one that is no number" };
  if (!isMoment(iat)) return { because: "the token has no iat, or one that is no number" };
  if (nbf !== undefined && !isMoment(nbf)) return { because: "the token's nbf is no number" };
  if (exp + skew <= now) return { because: "the token has expired (exp)" };
  if (nbf !== undefined && nbf > now + skew) return { because: "the token is not good yet (nbf)" };
  if (iat > now + skew)
    return {
      because: "the token was issued in the future (iat): compare the issuer's clock with this one's",
    };
  if (iat + ageSecondsMax + skew <= now)
    return { because: `the token was issued more than ${ageSecondsMax} seconds ago (iat)` };
  return { endsAt: (Math.min(exp, iat + ageSecondsMax) + skew) * 1_000 };
}

function isMoment(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
