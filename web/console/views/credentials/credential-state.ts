import type { Credential } from "../../../../gen/tallystick/v1/credential_pb.ts";
import { dateOf } from "../../words/time.ts";

/** Whether a credential is good, and until when. */
export type CredentialState = "active" | "revoked" | "ended" | "rotated";

/** @returns `rotated` while a former secret is good beside the new one */
export function stateOf(
  {
    revokeTime,
    expireTime,
    formerExpireTime,
  }: Pick<Credential, "revokeTime" | "expireTime" | "formerExpireTime">,
  now: Date,
): CredentialState {
  if (revokeTime !== undefined) return "revoked";
  const [end, formerEnd] = [dateOf(expireTime), dateOf(formerExpireTime)];
  if (end !== undefined && end <= now) return "ended";
  return formerEnd !== undefined && formerEnd > now ? "rotated" : "active";
}
