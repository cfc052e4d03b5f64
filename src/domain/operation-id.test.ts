import fc from "fast-check";
import { v4 as uuidv4, v5 as uuidv5, v7 as uuidv7 } from "uuid";
import { characters } from "../../test/support/characters.ts";
import { type DerivedFrom, derivedId, derivedIdentity, identityOf, newIdentity } from "./operation-id.ts";
import { isUuid } from "./uuid.ts";

const orgId = "018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f";
const otherOrgId = "018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e60";
const idOf = (key: string, org = orgId) => identityOf(org, key).id;
const versionOf = (id: string) => id.charAt(14);
const isOwn = (key: string) => identityOf(orgId, key).key === "";

describe("the id of a key", () => {
  it("is always the same for one key of one organization", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: "grapheme" }), (key) => {
        const id = idOf(key);
        expect(isUuid(id)).toBe(true);
        expect(idOf(key)).toBe(id);
        expect(idOf(key, otherOrgId)).not.toBe(id);
      }),
    );
  });

  it("is the UUID of version 5 that RFC 9562 gives the key's normal form", () => {
    fc.assert(
      fc.property(fc.string({ unit: characters }), (key) => {
        expect(identityOf(orgId, key)).toEqual({
          id: uuidv5(key.normalize("NFC"), orgId),
          key: key.normalize("NFC"),
        });
      }),
    );
  });

  it("never changes: keys are for ever", () => {
    expect(idOf("order-1001")).toBe("61d4dec7-bb40-5f52-b7e3-86a46cf5549a");
    expect(idOf("Bestellung-ü")).toBe("fd259522-88a4-5ebe-b74e-649628ae0806");
    expect(idOf("")).toBe("7dec841d-af98-5bdb-ad33-6f354f4c1246");
    expect(idOf("018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f")).toBe("018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f");
    expect(idOf("018F7D3C-2B6A-7CC1-9F3E-0A1B2C3D4E5F")).toBe("a5becba3-d08d-567d-9872-39e5a715f01f");
    expect(idOf("73ca2108-2f0b-5213-9f9e-d3ebfd3ac931")).toBe("0d954ac8-e84c-5769-be95-5609c5eb5861");
  });

  it("is one for every way in which a letter can be written", () => {
    expect(idOf("u\u0308")).toBe(idOf("\u00fc"));
    expect(identityOf(orgId, "u\u0308").key).toBe("\u00fc");
    expect(idOf("\ufb01")).not.toBe(idOf("fi"));
  });

  it("is the key itself where that is a UUID of version 4 or 7 in lower case", () => {
    for (const key of [uuidv4(), uuidv7()]) expect(identityOf(orgId, key)).toEqual({ id: key, key: "" });
  });

  it("is not the key itself where that is any other UUID", () => {
    const v4 = "9b2d1c3e-7a6f-4b5c-8d9e-0f1a2b3c4d5e";
    const others = [
      v4.toUpperCase(),
      `{${v4}}`,
      ` ${v4}`,
      `${v4}\n`,
      v4.replace("-4b5c-", "-1b5c-"),
      v4.replace("-4b5c-", "-5b5c-"),
      v4.replace("-4b5c-", "-8b5c-"),
      v4.replace("-8d9e-", "-0d9e-"),
      v4.replace("-8d9e-", "-cd9e-"),
    ];
    for (const key of others) expect([key, isOwn(key), versionOf(idOf(key))]).toEqual([key, false, "5"]);
  });

  it("differs between keys", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { maxLength: 50 }), (keys) => {
        expect(new Set(keys.map((key) => idOf(key))).size).toBe(keys.length);
      }),
    );
  });

  it("is new for every call without a key", () => {
    expect(newIdentity().id).not.toBe(newIdentity().id);
    expect(newIdentity()).toMatchObject({ key: null });
  });
});

describe("an id that the service derives", () => {
  const customerId = "a0000000-0000-4000-8000-000000000001";
  const sources: DerivedFrom[] = [
    ["apigee x credit", customerId, "tx-1"],
    ["apigee x adjustment", customerId, "tx-1"],
    ["apigee edge", orgId, "tx-1"],
    ["frontier", orgId, "tx-1"],
    ["capture by expiry", customerId],
  ];

  it("never changes", () => {
    expect(sources.map(derivedId)).toEqual([
      "46aeead5-23c2-88df-b84f-8fe8869dd325",
      "beb69f55-7c82-8dc2-a962-93eedf1debf9",
      "8c95daf0-ebd4-80a6-8e00-72d22e954de7",
      "4ee6adee-d547-89a4-a87e-25f48bfd3f33",
      "c3b47b5e-fb7e-8c34-bcb8-6d1534915bff",
    ]);
  });

  it("can be reached by no key, and by no other source", () => {
    const ids = sources.map(derivedId);
    expect(new Set(ids).size).toBe(sources.length);
    for (const id of ids) {
      expect([isUuid(id), versionOf(id), /^[89ab]$/.test(id.charAt(19))]).toEqual([true, "8", true]);
      expect(idOf(id)).not.toBe(id);
    }
    fc.assert(fc.property(fc.string(), (key) => expect(versionOf(idOf(key))).toMatch(/[457]/)));
  });

  it("differs where customer or words do, and cannot be made the same by moving a boundary", () => {
    const other = "a0000000-0000-4000-8000-000000000002";
    const ids = [
      derivedId(["apigee x credit", customerId, "a"]),
      derivedId(["apigee x credit", other, "a"]),
      derivedId(["apigee x credit", customerId, "b"]),
      derivedId(["apigee x credit", customerId, 'a","b']),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("keeps the words that it is derived from", () => {
    expect(derivedIdentity(["apigee x credit", customerId, "tx-1"])).toEqual({
      id: derivedId(["apigee x credit", customerId, "tx-1"]),
      key: "tx-1",
    });
  });

  it("is one for every way in which a letter can be written", () => {
    const composed = derivedIdentity(["apigee x credit", customerId, "caf\u00e9"]);
    expect(composed.key).toBe("caf\u00e9");
    expect(derivedIdentity(["apigee x credit", customerId, "cafe\u0301"])).toEqual(composed);
    expect(derivedId(["apigee edge", orgId, "u\u0308"])).toBe(derivedId(["apigee edge", orgId, "\u00fc"]));
  });
});
