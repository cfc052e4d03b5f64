import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { sign } from "./issuer.fixture.ts";
import { takers, useIssuer, writer } from "./tokens.fixture.ts";

const idp = useIssuer();
const { iss, good } = idp;

const now = Math.round(performance.now());
const setClock = (ms: number) => jest.spyOn(performance, "now").mockReturnValue(ms);

// No time passes after which keys are asked for again, or one more wrong token is looked at.
beforeEach(() => {
  setClock(now);
});

describe("an issuer's keys", () => {
  it("prove what they proved no longer once the issuer takes them away", async () => {
    const { attempt, known } = takers(idp.settings());
    const token = await good();
    await attempt(token);
    idp.state.keys = [idp.rsa.jwk];
    setClock(now + 330_000);
    expect(known(token)).toEqual(writer);
    await until(() => known(token) === undefined);
    expect(await attempt(token)).toMatchObject({ because: expect.stringContaining("kid") });
  });

  it("are found by discovery, at the issuer that it names", async () => {
    const { attempt } = takers(idp.settings({ jwksUri: undefined }));
    expect(await attempt(await good())).toEqual(writer);
    expect(idp.state.asked).toEqual(["/.well-known/openid-configuration", "/keys"]);
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
    idp.state.instead = instead;
    const { attempt, failed } = takers(idp.settings());
    const unknown = { reason: "UNAVAILABLE", because: expect.stringContaining("keys of its issuer idp") };
    for (const sub of ["a", "b", "c"]) expect(await attempt(await good({ sub }))).toEqual(unknown);
    expect(failed).toEqual([
      expect.objectContaining({ issuer: "idp", because: expect.stringContaining(because) }),
    ]);
    expect(idp.state.asked).toEqual(["/keys"]);
  });

  it("are fetched once for hundreds of unknown names", async () => {
    const { attempt } = takers(idp.settings());
    await attempt(await good());
    const tokens = await Promise.all(Array.from({ length: 300 }, (_, at) => good({}, { kid: `kid-${at}` })));
    const outcomes = await Promise.all(tokens.map((token) => attempt(token)));
    expect(outcomes).toEqual(tokens.map(() => ({ reason: "UNAUTHENTICATED", because: expect.any(String) })));
    expect(idp.state.asked).toEqual(["/keys"]);
  });

  it("are shared by all who come first", async () => {
    const { attempt } = takers(idp.settings());
    const tokens = await Promise.all(Array.from({ length: 20 }, (_, at) => good({ sub: `s-${at}` })));
    for (const outcome of await Promise.all(tokens.map((token) => attempt(token))))
      expect(outcome).toHaveProperty("orgId");
    expect(idp.state.asked).toEqual(["/keys"]);
  });
});

describe("wrong tokens of one address", () => {
  it.each<[string, (at: number) => Promise<string>]>([
    ["typ", (at) => good({}, { typ: `typ-${at}` })],
    ["kid", (at) => good({}, { kid: `kid-${at}` })],
    ["aud", (at) => good({ aud: `other-${at}` })],
    ["exp", (at) => good({ exp: at })],
  ])("keep no good one out where their %s alone is wrong", async (_, wrong) => {
    const { attempt } = takers(idp.settings());
    for (let at = 0; at < 120; at += 1)
      expect(await attempt(await wrong(at))).toHaveProperty("reason", "UNAUTHENTICATED");
    expect(await attempt(await good())).toEqual(writer);
  });

  it("are not looked at past a hundred, and those of another address are", async () => {
    const { attempt, known } = takers(idp.settings());
    const seen = await good();
    await attempt(seen);
    const forged = await sign(idp.stranger, { iss: iss() });
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
    const { attempt } = takers(idp.settings());
    const forged = await sign(idp.stranger, { iss: iss() });
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
