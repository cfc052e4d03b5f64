import fc from "fast-check";
import { characters } from "../../test/support/characters.ts";
import { readAuthorization } from "./authorization-header.ts";

const basic = (text: string) => `Basic ${Buffer.from(text, "utf8").toString("base64")}`;

describe("readAuthorization", () => {
  it("reads Basic; a secret may hold colons", () => {
    expect(readAuthorization(basic("id:secret"))).toEqual({ clientId: "id", secret: "secret" });
    expect(readAuthorization(basic("id:se:cr:et"))).toEqual({ clientId: "id", secret: "se:cr:et" });
    expect(readAuthorization(basic("ïd:sécret"))).toEqual({ clientId: "ïd", secret: "sécret" });
  });

  it("reads base64 without its padding", () => {
    expect(readAuthorization(basic("id:secre").replace(/=+$/, ""))).toEqual({
      clientId: "id",
      secret: "secre",
    });
  });

  it("reads Bearer", () => {
    expect(readAuthorization("Bearer abc-_.~+/=")).toEqual({ secret: "abc-_.~+/=" });
  });

  it("takes the scheme in any case, and blanks around", () => {
    expect(readAuthorization(basic("id:secret").replace("Basic", "bAsIc"))).toEqual({
      clientId: "id",
      secret: "secret",
    });
    expect(readAuthorization(" BEARER   abc ")).toEqual({ secret: "abc" });
  });

  it.each([
    ["", "nothing"],
    ["Basic", "no value"],
    ["Bearer ", "no token"],
    ["Bearer a b", "two tokens"],
    ["Bearer é", "no ASCII"],
    ["Digest username=id", "another scheme"],
    ["BasicaWQ6c2VjcmV0", "no blank"],
    [basic("no colon"), "no colon"],
    [basic(":secret"), "no id"],
    [basic("id:"), "no secret"],
    [basic("i\0d:secret"), "NUL"],
    ["Basic !!!!", "no base64"],
    [`${basic("id:secret").slice(0, -4)}!${basic("id:secret").slice(-4)}`, "junk in base64"],
    [`${basic("id:secret")}!`, "junk after base64"],
    [`${basic("id:secrets")}====`, "too much padding"],
    ["Basic aWQ6c2VjcmV0cx", "bits that are left over"],
    [`Bearer ${"a".repeat(1_024)}`, "too long"],
  ])("refuses %j (%s)", (header) => {
    expect(readAuthorization(header)).toEqual({ because: expect.any(String) });
  });

  it("reads what clients write, and never throws", () => {
    const id = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 50 })
      .filter((text) => !/[:\0]/.test(text));
    const secret = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 50 })
      .filter((text) => !text.includes("\0"));
    fc.assert(
      fc.property(id, secret, (clientId, secret) => {
        expect(readAuthorization(basic(`${clientId}:${secret}`))).toEqual({ clientId, secret });
      }),
    );
    fc.assert(fc.property(fc.string({ unit: characters }), (text) => void readAuthorization(text)));
  });
});
