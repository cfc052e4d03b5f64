import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readIssuers } from "./jwt-issuers.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "issuers-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(content: unknown) {
  const path = join(folder, "issuers.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return readIssuers("SETTING", path);
}

const least = {
  name: "idp",
  issuer: "https://idp.example/",
  audience: "ledger",
  organization: { claim: "org" },
  role: { fixed: "reader" },
};

describe("the file of issuers", () => {
  it("needs little", () => {
    expect(read({ issuers: [least] })).toEqual([
      {
        name: "idp",
        issuer: "https://idp.example/",
        audiences: ["ledger"],
        jwksUri: undefined,
        algorithms: ["RS256"],
        clockSkewSeconds: 60,
        ageSecondsMax: 86_400,
        organization: { claim: ["org"], values: undefined, platform: undefined },
        role: { fixed: "reader" },
      },
    ]);
  });

  it("may say everything", () => {
    const all = {
      ...least,
      audience: ["a", "b"],
      jwksUri: "http://127.0.0.1:1/keys",
      algorithms: ["ES256", "EdDSA"],
      clockSkewSeconds: 0,
      maxAgeSeconds: 600,
      organization: { claim: ["https://x.example/org", "id"], values: { 7: "acme" }, platformValue: "ops" },
      role: { claim: "scope", values: { "ledger:charge": "charger" } },
    };
    expect(read({ issuers: [all] })).toEqual([
      {
        ...{ name: "idp", issuer: "https://idp.example/", audiences: ["a", "b"] },
        ...{ jwksUri: "http://127.0.0.1:1/keys", algorithms: ["ES256", "EdDSA"] },
        ...{ clockSkewSeconds: 0, ageSecondsMax: 600 },
        organization: {
          claim: ["https://x.example/org", "id"],
          values: new Map([["7", "acme"]]),
          platform: "ops",
        },
        role: { claim: ["scope"], values: new Map([["ledger:charge", "charger"]]) },
      },
    ]);
  });

  it("takes each example of the docs", () => {
    const page = readFileSync(join(import.meta.dirname, "../../docs/operating/tokens.md"), "utf8");
    const examples = [...page.matchAll(/^```jsonc\n(.*?)^```$/gms)].map(([, text = ""]) => JSON.parse(text));
    expect(examples.flatMap((example) => read(example).map(({ name }) => name))).toEqual([
      ...["keycloak", "auth0", "entra", "google", "frontier", "local"],
    ]);
  });

  it.each<[string, unknown, string]>([
    ["no JSON", "{secret", "SETTING names "],
    ["a list", [], "SETTING must be an object."],
    ["no issuers", {}, "SETTING.issuers must be a list of 1 to 20 issuers."],
    [
      "a name twice",
      { issuers: [least, { ...least, issuer: "https://b.example" }] },
      "has two with name idp",
    ],
    ["an issuer twice", { issuers: [least, { ...least, name: "b" }] }, "has two with issuer https://idp"],
  ])("is refused with %s", (_, content, because) => {
    expect(() => read(content)).toThrow(because);
  });

  it.each<[string, Record<string, unknown>]>([
    ["name is missing", { name: undefined }],
    ["name is wrong", { name: "Idp:1" }],
    ["issuer is wrong", { issuer: "http://idp.example" }],
    ["issuer is wrong", { issuer: "https://user:password@idp.example" }],
    ["audience is missing", { audience: undefined }],
    ["audience is wrong", { audience: [] }],
    ["issuer is wrong", { issuer: "frontier" }],
    ["jwksUri is wrong", { jwksUri: "http://169.254.169.254/keys" }],
    ["jwksUri is wrong", { jwksUri: "file:///etc/passwd" }],
    ["algorithms is wrong", { algorithms: ["none"] }],
    ["algorithms is wrong", { algorithms: ["RS256", "HS256"] }],
    ["algorithms is wrong", { algorithms: [] }],
    ["clockSkewSeconds is wrong", { clockSkewSeconds: 301 }],
    ["maxAgeSeconds is wrong", { maxAgeSeconds: "600" }],
    ["audiences is no field there", { audiences: ["a"] }],
    ["organization must be an object", { organization: "acme" }],
    ["organization.claim is missing", { organization: {} }],
    ["organization.fixed is wrong", { organization: { fixed: "a b" } }],
    ["organization has fixed and claim", { organization: { fixed: "acme", claim: "org" } }],
    ["organization.values is wrong", { organization: { claim: "org", values: { a: "a b" } } }],
    ["role must be an object", { role: undefined }],
    ["role.fixed is wrong", { role: { fixed: "owner" } }],
    ["role.values is missing", { role: { claim: "roles" } }],
    ["role.values is wrong", { role: { claim: "roles", values: { a: "owner" } } }],
  ])("is refused where %s", (because, change) => {
    expect(() => read({ issuers: [{ ...least, ...change }] })).toThrow(`SETTING.issuers[0].${because}`);
  });

  it("is refused where there is none", () => {
    expect(() => readIssuers("SETTING", join(folder, "none.json"))).toThrow(
      /^SETTING names .* cannot be read/,
    );
  });
});
