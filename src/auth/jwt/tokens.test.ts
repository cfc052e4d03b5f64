import { type CryptoKey, exportSPKI, importJWK, SignJWT } from "jose";
import { hashOf } from "../secret.ts";
import { audience, sign, signingKey, startIssuer } from "./issuer.fixture.ts";
import type { IssuerSettings } from "./issuer.ts";
import { orgId, ownSecret, takers, useIssuer, writer } from "./tokens.fixture.ts";

/** When all of it happens, in seconds: no test may depend on how long it takes itself. */
const second = Math.floor(Date.now() / 1_000);
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

const idp = useIssuer();
const { iss, good } = idp;

const setClock = (seconds: number) => jest.spyOn(Date, "now").mockReturnValue(seconds * 1_000);

beforeEach(() => {
  setClock(second);
});

describe("a token", () => {
  it("proves a caller, who is known from then on without a signature", async () => {
    const { attempt, known } = takers(idp.settings());
    const token = await good();
    const verify = jest.spyOn(crypto.subtle, "verify");
    expect(known(token)).toBeUndefined();
    for (let time = 0; time < 10; time += 1) expect(await attempt(token)).toEqual(writer);
    expect(known(token)).toEqual(writer);
    expect(verify).toHaveBeenCalledTimes(1);
    expect(known(`${token.slice(0, -4)}AAAA`)).toBeUndefined();
  });

  it.each([
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
  ] as const)("may be signed by %s, and only where that is taken", async (alg) => {
    const own = await signingKey("own", alg);
    idp.state.keys = [own.jwk];
    const token = await sign(own, { iss: iss() });
    expect(await takers(idp.settings({ algorithms: [alg] })).attempt(token)).toEqual(writer);
    const others = idp.settings({ algorithms: alg === "ES256" ? ["RS256"] : ["ES256"] });
    expect(await takers(others).attempt(token)).toMatchObject({ because: expect.stringContaining("alg") });
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["an aud of several", { aud: ["other", audience] }, {}],
    ["typ at+jwt", {}, { typ: "at+jwt" }],
    ["typ application/JWT", {}, { typ: "application/JWT" }],
    ["an exp within the skew", { exp: second - 30 }, {}],
    ["an nbf within the skew", { nbf: second + 30 }, {}],
    ["an iat within the skew", { iat: second + 30 }, {}],
  ])("is good with %s", async (_, claims, header) => {
    expect(await takers(idp.settings()).attempt(await good(claims, header))).toEqual(writer);
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>, string]>([
    ["another aud", { aud: "other" }, {}, "aud"],
    ["no aud", { aud: undefined }, {}, "aud"],
    ["no exp", { exp: undefined }, {}, "no exp"],
    ["an exp that is text", { exp: "9999999999" }, {}, "no exp"],
    ["an end that has passed", { exp: second - 61 }, {}, "expired"],
    ["no iat", { iat: undefined }, {}, "no iat"],
    ["an iat in the future", { iat: second + 120 }, {}, "in the future"],
    ["an iat too long ago", { iat: second - 86_500 }, {}, "86400 seconds ago"],
    ["an nbf to come", { nbf: second + 120 }, {}, "not good yet"],
    ["typ of a logout token", {}, { typ: "logout+jwt" }, "typ"],
    ["an unknown crit", {}, { crit: ["b64"], b64: true }, "crit"],
    ["a key of its holder", { cnf: { jkt: "x" } }, {}, "cnf"],
    ["an unknown kid", {}, { kid: "__proto__" }, "kid"],
    ["a kid that is a path", {}, { kid: "../../etc/passwd" }, "kid"],
    ["a kid of the wrong key", {}, { kid: "rsa" }, "kid"],
    ["a long kid", {}, { kid: "k".repeat(257) }, "kid"],
  ])("is refused with %s", async (_, claims, header, because) => {
    expect(await takers(idp.settings()).attempt(await good(claims, header))).toEqual({
      reason: "UNAUTHENTICATED",
      because: expect.stringContaining(because),
    });
  });

  it.each<[string, (token: string) => Promise<string> | string, string]>([
    ["alg none", (token) => `${part({ alg: "none" })}.${token.split(".")[1]}.`, "alg"],
    ["alg NoNe", (token) => `${part({ alg: "NoNe" })}.${token.split(".")[1]}.`, "alg"],
    ["no signature", (token) => `${token.split(".").slice(0, 2).join(".")}.`, "signature is wrong"],
    ["another's signature", () => sign(idp.stranger, { iss: iss() }), "signature is wrong"],
    [
      "a key of its own in its header",
      () =>
        sign(
          idp.stranger,
          { iss: iss() },
          { jwk: idp.stranger.jwk, x5c: ["AAAA"], jku: `${iss()}/mine`, x5u: `${iss()}/mine` },
        ),
      "signature is wrong",
    ],
    [
      "a payload that was changed",
      (token) =>
        [
          token.split(".")[0],
          part({ iss: iss(), aud: audience, sub: "eve", iat: second, exp: second + 60 }),
          token.split(".")[2],
        ].join("."),
      "signature is wrong",
    ],
    ["the public key as an HMAC's secret", () => asHmac(), "alg"],
  ])("is refused with %s", async (_, forge, because) => {
    const token = await forge(await good());
    expect(await takers(idp.settings()).attempt(token)).toEqual({
      reason: "UNAUTHENTICATED",
      because: expect.stringContaining(because),
    });
    expect(idp.state.asked).not.toContain("/mine");
  });

  async function asHmac(): Promise<string> {
    const pem = await exportSPKI((await importJWK(idp.rsa.jwk, "RS256")) as CryptoKey);
    return new SignJWT({
      iss: iss(),
      aud: audience,
      sub: "ann",
      org: "acme",
      roles: ["tally-writer"],
      iat: second,
      exp: second + 60,
    })
      .setProtectedHeader({ alg: "HS256", kid: "rsa" })
      .sign(new TextEncoder().encode(pem));
  }

  it("may be as large as 8 KB, and is not looked at past it", async () => {
    const { attempt, queried } = takers(idp.settings());
    const sized = async (bytes: number) => good({ filler: "x".repeat(bytes) });
    expect(await attempt(await sized(5_000))).toEqual(writer);
    const because = "the token is longer than 8192 characters";
    expect(await attempt(await sized(8_000))).toEqual({ reason: "UNAUTHENTICATED", because });
    expect(queried).toEqual([]);
  });

  it("ends at its exp, known or not", async () => {
    const { attempt, known, again } = takers(idp.settings());
    const token = await good();
    await attempt(token);
    expect(await again(token)).toEqual(writer);
    setClock(second + 359);
    expect(known(token)).toEqual(writer);
    setClock(second + 361);
    expect(known(token)).toBeUndefined();
    const expired = { reason: "UNAUTHENTICATED", because: expect.stringContaining("expired") };
    expect(await attempt(token)).toEqual(expired);
    expect(await again(token)).toEqual(expired);
  });

  it("needs no aud where its issuer makes none, and then may have none", async () => {
    const { attempt } = takers(idp.settings({ audiences: [] }));
    expect(await attempt(await good({ aud: undefined }))).toEqual(writer);
    expect(await attempt(await good())).toMatchObject({ because: expect.stringContaining("has an aud") });
  });

  it("of an issuer that is not known may be a secret of one's own", async () => {
    const { attempt, queried } = takers(idp.settings());
    expect(await attempt(ownSecret)).toEqual({ actor: "client", orgId, role: "reader" });
    const foreign = await good({ iss: `${iss()}/` });
    expect(await attempt(foreign)).toMatchObject({ because: expect.stringContaining("iss is none") });
    expect(queried).toEqual([hashOf(ownSecret), hashOf(foreign)]);
  });

  it("is taken of each of several issuers, by its own keys alone", async () => {
    const other = await startIssuer(idp.stranger);
    const { attempt } = takers(idp.settings(), other.settings({ name: "other" }));
    expect(await attempt(await good())).toEqual(writer);
    expect(await attempt(await sign(idp.stranger, { iss: other.state.issuer }))).toEqual({
      ...writer,
      actor: "other:ann",
    });
    expect(await attempt(await good({ iss: other.state.issuer }))).toMatchObject({
      reason: "UNAUTHENTICATED",
    });
    await other.stop();
  });
});

describe("what a token is for", () => {
  const role = { fixed: "reader" } as const;

  it.each<[string, Record<string, unknown>, Partial<IssuerSettings>, object]>([
    ["an organization's id", { org: orgId }, {}, writer],
    ["the platform", { org: "the-platform" }, {}, { ...writer, orgId: null }],
    ["a list of one", { org: ["acme"] }, {}, writer],
    ["a fixed role", {}, { role }, { ...writer, role: "reader" }],
    ["a fixed platform", {}, { organization: { fixed: null } }, { ...writer, orgId: null }],
    [
      "a scope",
      { scope: "openid tally-writer" },
      { role: { claim: ["scope"], values: new Map([["tally-writer", "writer"]]) } },
      writer,
    ],
    [
      "nested claims",
      { "https://x.example/a.b": { roles: ["w"] } },
      { role: { claim: ["https://x.example/a.b", "roles"], values: new Map([["w", "writer"]]) } },
      writer,
    ],
    [
      "values",
      { org: "7" },
      { organization: { claim: ["org"], values: new Map([["7", "acme"]]), platform: undefined } },
      writer,
    ],
    ["the widest of several", { roles: ["tally-reader", "tally-writer"] }, {}, writer],
  ])("is said by %s", async (_, claims, change, caller) => {
    expect(await takers(idp.settings(change)).attempt(await good(claims))).toEqual(caller);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["no organization", { org: undefined }, "no organization in its claim org"],
    ["several organizations", { org: ["acme", "other"] }, "several organizations"],
    ["an organization that there is not", { org: "nobody" }, "none that there is here"],
    ["an organization that is an object", { org: { name: "acme" } }, "no organization"],
    ["no role", { roles: undefined }, "stands for a role"],
    ["a role that stands for none", { roles: ["admin", "constructor"] }, "stands for a role"],
    [
      "roles of which none holds the others",
      { roles: ["tally-charger", "tally-creditor"] },
      "none of them holds",
    ],
    ["no sub", { sub: undefined }, "no sub"],
    ["a sub with half a character", { sub: "\ud800" }, "no sub"],
  ])("is refused with %s", async (_, claims, because) => {
    const { attempt } = takers(idp.settings());
    const refusal = { reason: "TOKEN_WITHOUT_ACCESS", because: expect.stringContaining(because) };
    expect(await attempt(await good(claims))).toEqual(refusal);
  });

  it.each([
    ["short", "auth0|5f7c8ec7", "idp:auth0|5f7c8ec7"],
    ["long", "x".repeat(96), /^idp:sha256-[\w-]{43}$/],
    ["of other characters", "Änn", /^idp:sha256-[\w-]{43}$/],
    ["one that looks like a digest", `sha256-${"x".repeat(43)}`, /^idp:sha256-(?!xxx)[\w-]{43}$/],
  ])("names a subject that is %s", async (_, sub, actor) => {
    const caller = await takers(idp.settings()).attempt(await good({ sub }));
    expect("actor" in caller && caller.actor).toEqual(
      typeof actor === "string" ? actor : expect.stringMatching(actor),
    );
  });
});
