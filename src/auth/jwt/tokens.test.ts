import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { type CryptoKey, exportSPKI, importJWK, SignJWT } from "jose";
import { Summary } from "../../bounds/summary.ts";
import { senderAt } from "../authenticator.fixture.ts";
import { Authenticator } from "../authenticator.ts";
import { hashOf } from "../secret.ts";
import { audience, sign, signingKey, startIssuer, type TestIssuer } from "./issuer.fixture.ts";
import type { IssuerSettings } from "./issuer.ts";
import { Tokens } from "./tokens.ts";

const orgId = "018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f";
const second = () => Math.floor(Date.now() / 1_000);

let key: Awaited<ReturnType<typeof signingKey>>;
let rsa: typeof key;
let stranger: typeof key;
let issuer: TestIssuer;
beforeAll(async () => {
  [key, rsa, stranger] = await Promise.all([
    signingKey("one"),
    signingKey("rsa", "RS256"),
    signingKey("one"),
  ]);
});
beforeEach(async () => {
  issuer = await startIssuer(key, rsa);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await issuer.stop();
});

/** Those who take the tokens of some issuers, over a database with one organization and no credential but one. */
function takers(...issuers: IssuerSettings[]) {
  const failed: object[] = [];
  const queried: string[] = [];
  const tokens = new Tokens(issuers, {
    organizations: {
      find: async (name) => ([orgId, "acme"].includes(name) ? ({ id: orgId } as never) : undefined),
    },
    onKeysFailed: (record) => failed.push(record),
  });
  const secret = { clientId: "client", orgId, role: "reader", formerSecretHash: null } as const;
  const authenticator = new Authenticator(
    {
      find: async (_, name) => {
        queried.push(name);
        return name === hashOf(ownSecret) ? { ...secret, secretHash: name } : undefined;
      },
    },
    { failures: new Summary(() => undefined), processes: 1, tokens },
  );
  const attempt = (token: string, address = "192.0.2.1") =>
    authenticator.authenticate(`Bearer ${token}`, senderAt(address)).catch((error) => {
      if (error.refusal === undefined) throw error;
      return { reason: error.refusal.reason, because: error.refusal.because ?? "" };
    });
  return { attempt, failed, queried, known: (token: string) => authenticator.known(`Bearer ${token}`) };
}

/** Of the form of a token, and none of an issuer that is known. */
const ownSecret = [{ alg: "x" }, { iss: "me" }]
  .map((each) => Buffer.from(JSON.stringify(each)).toString("base64url"))
  .concat("x")
  .join(".");
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const iss = () => issuer.state.issuer;
const good = (claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}) =>
  sign(key, { iss: iss(), ...claims }, header);
const writer = { actor: "idp:ann", orgId, role: "writer" };

describe("a token", () => {
  it("proves a caller, who is known from then on without a signature", async () => {
    const { attempt, known } = takers(issuer.settings());
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
    issuer.state.keys = [own.jwk];
    const token = await sign(own, { iss: iss() });
    expect(await takers(issuer.settings({ algorithms: [alg] })).attempt(token)).toEqual(writer);
    const others = issuer.settings({ algorithms: alg === "ES256" ? ["RS256"] : ["ES256"] });
    expect(await takers(others).attempt(token)).toMatchObject({ because: expect.stringContaining("alg") });
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["an aud of several", { aud: ["other", audience] }, {}],
    ["typ at+jwt", {}, { typ: "at+jwt" }],
    ["typ application/JWT", {}, { typ: "application/JWT" }],
    ["an exp within the skew", { exp: second() - 30 }, {}],
    ["an nbf within the skew", { nbf: second() + 30 }, {}],
    ["an iat within the skew", { iat: second() + 30 }, {}],
  ])("is good with %s", async (_, claims, header) => {
    expect(await takers(issuer.settings()).attempt(await good(claims, header))).toEqual(writer);
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>, string]>([
    ["another aud", { aud: "other" }, {}, "aud"],
    ["no aud", { aud: undefined }, {}, "aud"],
    ["no exp", { exp: undefined }, {}, "no exp"],
    ["an exp that is text", { exp: "9999999999" }, {}, "no exp"],
    ["an end that has passed", { exp: second() - 61 }, {}, "expired"],
    ["no iat", { iat: undefined }, {}, "no iat"],
    ["an iat in the future", { iat: second() + 120 }, {}, "in the future"],
    ["an iat too long ago", { iat: second() - 86_500 }, {}, "86400 seconds ago"],
    ["an nbf to come", { nbf: second() + 120 }, {}, "not good yet"],
    ["typ of a logout token", {}, { typ: "logout+jwt" }, "typ"],
    ["an unknown crit", {}, { crit: ["b64"], b64: true }, "crit"],
    ["a key of its holder", { cnf: { jkt: "x" } }, {}, "cnf"],
    ["an unknown kid", {}, { kid: "__proto__" }, "kid"],
    ["a kid that is a path", {}, { kid: "../../etc/passwd" }, "kid"],
    ["a kid of the wrong key", {}, { kid: "rsa" }, "kid"],
    ["a long kid", {}, { kid: "k".repeat(257) }, "kid"],
  ])("is refused with %s", async (_, claims, header, because) => {
    expect(await takers(issuer.settings()).attempt(await good(claims, header))).toEqual({
      reason: "UNAUTHENTICATED",
      because: expect.stringContaining(because),
    });
  });

  it.each<[string, (token: string) => Promise<string> | string, string]>([
    ["alg none", (token) => `${part({ alg: "none" })}.${token.split(".")[1]}.`, "alg"],
    ["alg NoNe", (token) => `${part({ alg: "NoNe" })}.${token.split(".")[1]}.`, "alg"],
    ["no signature", (token) => `${token.split(".").slice(0, 2).join(".")}.`, "signature is wrong"],
    ["another's signature", () => sign(stranger, { iss: iss() }), "signature is wrong"],
    [
      "a key of its own in its header",
      () =>
        sign(
          stranger,
          { iss: iss() },
          { jwk: stranger.jwk, x5c: ["AAAA"], jku: `${iss()}/mine`, x5u: `${iss()}/mine` },
        ),
      "signature is wrong",
    ],
    [
      "a payload that was changed",
      (token) =>
        [
          token.split(".")[0],
          part({ iss: iss(), aud: audience, sub: "eve", iat: second(), exp: second() + 60 }),
          token.split(".")[2],
        ].join("."),
      "signature is wrong",
    ],
    ["the public key as an HMAC's secret", () => asHmac(), "alg"],
  ])("is refused with %s", async (_, forge, because) => {
    const token = await forge(await good());
    expect(await takers(issuer.settings()).attempt(token)).toEqual({
      reason: "UNAUTHENTICATED",
      because: expect.stringContaining(because),
    });
    expect(issuer.state.asked).not.toContain("/mine");
  });

  async function asHmac(): Promise<string> {
    const pem = await exportSPKI((await importJWK(rsa.jwk, "RS256")) as CryptoKey);
    const now = second();
    return new SignJWT({
      iss: iss(),
      aud: audience,
      sub: "ann",
      org: "acme",
      roles: ["tally-writer"],
      iat: now,
      exp: now + 60,
    })
      .setProtectedHeader({ alg: "HS256", kid: "rsa" })
      .sign(new TextEncoder().encode(pem));
  }

  it("may be as large as 8 KB, and is not looked at past it", async () => {
    const { attempt, queried } = takers(issuer.settings());
    const sized = async (bytes: number) => good({ filler: "x".repeat(bytes) });
    expect(await attempt(await sized(5_000))).toEqual(writer);
    const because = "the token is longer than 8192 characters";
    expect(await attempt(await sized(8_000))).toEqual({ reason: "UNAUTHENTICATED", because });
    expect(queried).toEqual([]);
  });

  it("ends at its exp, known or not", async () => {
    const { attempt, known } = takers(issuer.settings());
    const token = await good();
    await attempt(token);
    const now = jest.spyOn(Date, "now").mockReturnValue(Date.now() + 359_000);
    expect(known(token)).toEqual(writer);
    now.mockReturnValue((second() + 361) * 1_000);
    expect(known(token)).toBeUndefined();
    expect(await attempt(token)).toMatchObject({ because: expect.stringContaining("expired") });
  });

  it("needs no aud where its issuer makes none, and then may have none", async () => {
    const { attempt } = takers(issuer.settings({ audiences: [] }));
    expect(await attempt(await good({ aud: undefined }))).toEqual(writer);
    expect(await attempt(await good())).toMatchObject({ because: expect.stringContaining("has an aud") });
  });

  it("of an issuer that is not known may be a secret of one's own", async () => {
    const { attempt, queried } = takers(issuer.settings());
    expect(await attempt(ownSecret)).toEqual({ actor: "client", orgId, role: "reader" });
    const foreign = await good({ iss: `${iss()}/` });
    expect(await attempt(foreign)).toMatchObject({ because: expect.stringContaining("iss is none") });
    expect(queried).toEqual([hashOf(ownSecret), hashOf(foreign)]);
  });

  it("is taken of each of several issuers, by its own keys alone", async () => {
    const other = await startIssuer(stranger);
    const { attempt } = takers(issuer.settings(), other.settings({ name: "other" }));
    expect(await attempt(await good())).toEqual(writer);
    expect(await attempt(await sign(stranger, { iss: other.state.issuer }))).toEqual({
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
    expect(await takers(issuer.settings(change)).attempt(await good(claims))).toEqual(caller);
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
  ])("is refused with %s", async (_, claims, because) => {
    const { attempt } = takers(issuer.settings());
    const refusal = { reason: "TOKEN_WITHOUT_ACCESS", because: expect.stringContaining(because) };
    expect(await attempt(await good(claims))).toEqual(refusal);
  });

  it.each([
    ["short", "auth0|5f7c8ec7", "idp:auth0|5f7c8ec7"],
    ["long", "x".repeat(96), /^idp:sha256-[\w-]{43}$/],
    ["of other characters", "Änn", /^idp:sha256-[\w-]{43}$/],
    ["one that looks like a digest", `sha256-${"x".repeat(43)}`, /^idp:sha256-(?!xxx)[\w-]{43}$/],
  ])("names a subject that is %s", async (_, sub, actor) => {
    const caller = await takers(issuer.settings()).attempt(await good({ sub }));
    expect("actor" in caller && caller.actor).toEqual(
      typeof actor === "string" ? actor : expect.stringMatching(actor),
    );
  });
});

describe("an issuer's keys", () => {
  it("prove what they proved no longer once the issuer takes them away", async () => {
    const { attempt, known } = takers(issuer.settings());
    const token = await good();
    await attempt(token);
    issuer.state.keys = [rsa.jwk];
    const now = performance.now();
    jest.spyOn(performance, "now").mockImplementation(() => now + 360_000);
    expect(known(token)).toEqual(writer);
    await until(() => known(token) === undefined);
    expect(await attempt(token)).toMatchObject({ because: expect.stringContaining("kid") });
  });

  it("are found by discovery, at the issuer that it names", async () => {
    const { attempt } = takers(issuer.settings({ jwksUri: undefined }));
    expect(await attempt(await good())).toEqual(writer);
    expect(issuer.state.asked).toEqual(["/.well-known/openid-configuration", "/keys"]);
  });

  it.each([
    ["that answers 500", { status: 500, body: "" }, "answers 500"],
    ["that sends elsewhere", { status: 302, body: "", headers: { location: "/other" } }, "redirect"],
    ["that says no JSON", { status: 200, body: "<html>" }, "no JSON"],
    ["without keys", { status: 200, body: "{}" }, "no keys"],
    [
      "with keys for HMAC alone",
      { status: 200, body: '{"keys":[{"kty":"oct","k":"AAAA","kid":"one"}]}' },
      "none of its keys",
    ],
    [
      "with a short RSA key",
      { status: 200, body: JSON.stringify({ keys: [shortKey()] }) },
      "none of its keys",
    ],
    ["that says too much", { status: 200, body: "x".repeat(300_000) }, "more than 262144 bytes"],
  ])("are asked of one %s: nobody knows, once logged", async (_, instead, because) => {
    issuer.state.instead = instead;
    const { attempt, failed } = takers(issuer.settings());
    const unknown = { reason: "UNAVAILABLE", because: expect.stringContaining("keys of its issuer idp") };
    for (const sub of ["a", "b", "c"]) expect(await attempt(await good({ sub }))).toEqual(unknown);
    expect(failed).toEqual([
      expect.objectContaining({ issuer: "idp", because: expect.stringContaining(because) }),
    ]);
    expect(issuer.state.asked).toEqual(["/keys"]);
  });

  it("are fetched once for hundreds of unknown names", async () => {
    const { attempt } = takers(issuer.settings());
    await attempt(await good());
    const tokens = await Promise.all(Array.from({ length: 300 }, (_, at) => good({}, { kid: `kid-${at}` })));
    const outcomes = await Promise.all(tokens.map((token, at) => attempt(token, `192.0.2.${at % 200}`)));
    expect(outcomes).toEqual(tokens.map(() => ({ reason: "UNAUTHENTICATED", because: expect.any(String) })));
    expect(issuer.state.asked).toEqual(["/keys"]);
  });

  it("are shared by all who come first", async () => {
    const { attempt } = takers(issuer.settings());
    const tokens = await Promise.all(Array.from({ length: 20 }, (_, at) => good({ sub: `s-${at}` })));
    for (const outcome of await Promise.all(tokens.map((token) => attempt(token))))
      expect(outcome).toHaveProperty("orgId");
    expect(issuer.state.asked).toEqual(["/keys"]);
  });
});

describe("wrong tokens of one address", () => {
  it("are not looked at past a hundred, and those of another address are", async () => {
    const { attempt, known } = takers(issuer.settings());
    const seen = await good();
    await attempt(seen);
    const forged = await sign(stranger, { iss: iss() });
    const wrong = Array.from({ length: 300 }, (_, at) =>
      forged.replace(/.{4}$/, String(at).padStart(4, "A")),
    );
    const verify = jest.spyOn(crypto.subtle, "verify");
    const outcomes = await Promise.all(wrong.map((token) => attempt(token)));
    const refused = outcomes.filter(
      (outcome) => "reason" in outcome && outcome.reason === "TOO_MANY_FAILURES",
    );
    expect(refused.length).toBeGreaterThan(150);
    expect(verify.mock.calls.length).toBeGreaterThan(99);
    expect(verify.mock.calls.length).toBeLessThan(150);
    expect(known(seen)).toEqual(writer);
    expect(await attempt(await good({ sub: "b" }), "198.51.100.1")).toHaveProperty("orgId");
  });

  it("count once where it is the same one", async () => {
    const { attempt } = takers(issuer.settings());
    const forged = await sign(stranger, { iss: iss() });
    for (let time = 0; time < 150; time += 1)
      expect(await attempt(forged)).toHaveProperty("reason", "UNAUTHENTICATED");
    expect(await attempt(await good())).toEqual(writer);
  });
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

function shortKey(): object {
  const { publicKey }: { publicKey: KeyObject } = generateKeyPairSync("rsa", { modulusLength: 1_024 });
  return { ...publicKey.export({ format: "jwk" }), kid: "one" };
}
