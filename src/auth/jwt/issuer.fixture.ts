import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import type { Algorithm, IssuerSettings } from "./issuer.ts";

interface SigningKey {
  readonly kid: string;
  readonly alg: Algorithm;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

export const audience = "https://tallystick.example";

export async function signingKey(kid: string, alg: Algorithm = "ES256"): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: "sig" } };
}

/** A token that is good in everything, but for what is asked to be otherwise. */
export function sign(
  { kid, alg, privateKey }: SigningKey,
  claims: Record<string, unknown>,
  header: Record<string, unknown> = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  const all = { aud: audience, sub: "ann", org: "acme", roles: ["tally-writer"], iat: now, exp: now + 300 };
  return new SignJWT(given({ ...all, ...claims }))
    .setProtectedHeader({ kid, alg, ...given(header) })
    .sign(privateKey);
}

/** Without what is undefined. */
function given(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** An issuer on this machine, whose keys and state a test changes. */
export async function startIssuer(...keys: SigningKey[]) {
  const state = {
    keys: keys.map(({ jwk }) => jwk),
    /** Answered instead of the keys. */
    instead: undefined as undefined | { status: number; body: string; headers?: Record<string, string> },
    asked: [] as string[],
    issuer: "",
  };
  const server = createServer(({ url = "" }, answer) => {
    state.asked.push(url);
    const { instead } = state;
    if (instead !== undefined) return answer.writeHead(instead.status, instead.headers).end(instead.body);
    const discovery = { issuer: state.issuer, jwks_uri: `${state.issuer}/keys` };
    return answer.end(JSON.stringify(url === "/keys" ? { keys: state.keys } : discovery));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  state.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    state,
    settings: (change: Partial<IssuerSettings> = {}): IssuerSettings => ({
      name: "idp",
      issuer: state.issuer,
      audiences: [audience],
      jwksUri: `${state.issuer}/keys`,
      algorithms: ["ES256", "RS256"],
      clockSkewSeconds: 60,
      ageSecondsMax: 86_400,
      organization: { claim: ["org"], values: undefined, platform: "the-platform" },
      role: {
        claim: ["roles"],
        values: new Map([
          ["tally-reader", "reader"],
          ["tally-writer", "writer"],
          ["tally-charger", "charger"],
          ["tally-creditor", "creditor"],
        ]),
      },
      ...change,
    }),
    async stop() {
      server.closeAllConnections();
      await once(server.close(), "close");
    },
  };
}

export type TestIssuer = Awaited<ReturnType<typeof startIssuer>>;
