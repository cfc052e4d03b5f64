import { hashOf, isSameHash, newSecret } from "./secret.ts";

describe("a secret", () => {
  it("is 256 random bits, never the same twice", () => {
    const secrets = Array.from({ length: 1_000 }, newSecret);
    expect(new Set(secrets).size).toBe(1_000);
    for (const secret of secrets) {
      expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
      expect(Buffer.from(secret, "base64url")).toHaveLength(32);
    }
  });

  it("is stored as its SHA-256 in hex", () => {
    // NIST's example for the message "abc" (FIPS 180-2, B.1).
    expect(hashOf("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });

  it("belongs to its hash and to no other", () => {
    const secret = newSecret();
    expect(isSameHash(hashOf(secret), hashOf(secret))).toBe(true);
    expect(isSameHash(hashOf(secret), hashOf(newSecret()))).toBe(false);
    expect(isSameHash(hashOf(secret), hashOf(""))).toBe(false);
  });
});
