import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** A new secret: 256 random bits as 43 characters of base64url. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** What is stored of a secret. Secrets are random, so one round of SHA-256 is as good as any. */
export function hashOf(secret: string): string {
  return createHash("sha256").update(secret, "utf8").digest("hex");
}

/** Whether two hashes are the same, in a time that tells nothing. */
export function isSameHash(hash: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(hash, "hex"), Buffer.from(other, "hex"));
}

/** As long as those made here: 256 bits in base64. */
const unguessableCharactersMin = 43;

/** Whether trying cannot find it: whoever chose a shorter one may have chosen one that others would try. */
export function isUnguessable(secret: string): boolean {
  return secret.length >= unguessableCharactersMin;
}
