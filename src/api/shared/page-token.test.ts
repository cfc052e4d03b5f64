import fc from "fast-check";
import { isUuid } from "../../domain/uuid.ts";
import { Form } from "./form.ts";
import { cursorOfToken, pageOf, tokenOfCursor, tokenOfVersion, versionOfToken } from "./page-token.ts";

const uuid = "018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f";
const encode = (text: string) => Buffer.from(text).toString("base64url");

describe("a page token", () => {
  it("comes back as the row that it goes on after", () => {
    const at = fc.date({ min: new Date(0), max: new Date("5000-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(at, fc.uuid(), (at, id) => {
        const form = new Form();
        expect(cursorOfToken(form, "page_token", tokenOfCursor({ at, id }), isUuid)).toEqual({ at, id });
        form.done();
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999_999_999_999 }), (version) => {
        const form = new Form();
        expect(versionOfToken(form, "page_token", tokenOfVersion(version))).toBe(version);
        form.done();
      }),
    );
  });

  it("is not there at the beginning", () => {
    const form = new Form();
    expect(cursorOfToken(form, "page_token", "")).toBeUndefined();
    expect(versionOfToken(form, "page_token", "")).toBeUndefined();
    form.done();
  });

  it.each([
    ["no base64", "!!"],
    ["other text", encode("hello")],
    ["no id", encode("123 ")],
    ["another id than is asked for", encode("123 x")],
    ["NUL", encode("123 \0")],
    ["a negative time", encode(`-1 ${uuid}`)],
    ["a time beyond the calendar", encode(`${"9".repeat(15)} ${uuid}`)],
    ["a version that is no number", encode("vx")],
    ["a version beyond exact numbers", encode(`v${"9".repeat(17)}`)],
    ["far too much", encode("1".repeat(10_000))],
  ])("is refused when it holds %s", (_, token) => {
    for (const read of [
      (form: Form) => cursorOfToken(form, "page_token", token, isUuid),
      (form: Form) => versionOfToken(form, "page_token", token),
    ]) {
      const form = new Form();
      expect(read(form)).toBeUndefined();
      expect(() => form.done()).toThrow("INVALID_FIELDS");
    }
  });

  it("of another listing is refused", () => {
    const form = new Form();
    expect(cursorOfToken(form, "page_token", tokenOfVersion(7), isUuid)).toBeUndefined();
    expect(versionOfToken(form, "page_token", tokenOfCursor({ at: new Date(), id: uuid }))).toBeUndefined();
  });

  it("gives a moment that the database can read, or is refused", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const cursor = cursorOfToken(new Form(), "page_token", encode(text));
        if (cursor !== undefined) expect(cursor.at.toISOString()).toMatch(/^\d{4}-/);
      }),
    );
  });
});

describe("pageOf", () => {
  it("has a token where there is more, and none on the last page", () => {
    expect(pageOf([1, 2, 3], 2, String)).toEqual({ page: [1, 2], nextPageToken: "2" });
    expect(pageOf([1, 2], 2, String)).toEqual({ page: [1, 2], nextPageToken: "" });
    expect(pageOf([], 2, String)).toEqual({ page: [], nextPageToken: "" });
  });
});
