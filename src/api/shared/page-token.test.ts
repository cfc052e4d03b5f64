import { create } from "@bufbuild/protobuf";
import fc from "fast-check";
import { LedgerService, ListHoldsRequestSchema } from "../../../gen/tallystick/v1/ledger_pb.ts";
import { isUuid } from "../../domain/uuid.ts";
import { Form } from "./form.ts";
import { PageTokens, type Places, placesByEntry, placesByName, placesByTime } from "./page-token.ts";

const uuid = "018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f";
const byTime = placesByTime(isUuid);
const entry = { at: new Date("2026-11-25"), version: 7 };
const organization = { id: uuid, name: "acme" } as never;
const call = { method: LedgerService.method.listHolds, organizationIfNamed: organization };

function tokens<P>(
  places: Places<P>,
  asked: Parameters<typeof create<typeof ListHoldsRequestSchema>>[1] = {},
) {
  return new PageTokens(call, create(ListHoldsRequestSchema, { organization: "acme", ...asked }), places);
}

/** The token of a place, about so-and-so. */
function tokenOf<P>(places: Places<P>, place: P | undefined, about?: string): string {
  return tokens(places).about(about).write(place);
}

/** A place, as it comes back from its token. */
function returned<P>(places: Places<P>, place: P): P | undefined {
  const form = new Form();
  const read = tokens(places, { pageToken: tokenOf(places, place) }).read(form);
  form.done();
  return read;
}

describe("a page token", () => {
  it("comes back as the place that it goes on after", () => {
    const at = fc.date({ min: new Date(0), max: new Date("5000-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(at, fc.uuid(), (at, id) => {
        expect(returned(byTime, { at, id })).toEqual({ at, id });
      }),
    );
    fc.assert(
      fc.property(at, fc.integer({ min: 1, max: 999_999_999_999_999 }), (at, version) => {
        expect(returned(placesByEntry, { at, version })).toEqual({ at, version });
      }),
    );
    expect(returned(placesByName, "group $-%")).toBe("group $-%");
  });

  it("is not there at the beginning, and none is answered at the end", () => {
    const form = new Form();
    expect(tokens(byTime).read(form)).toBeUndefined();
    form.done();
    expect(tokenOf(byTime, undefined)).toBe("");
    expect(tokenOf(byTime, undefined, "ann")).toBe("");
  });

  it("goes on with a page of another size", () => {
    const pageToken = tokens(placesByEntry, { pageSize: 5 }).about(undefined).write(entry);
    expect(tokens(placesByEntry, { pageSize: 9, pageToken }).read(new Form())).toEqual(entry);
  });

  const of = new PageTokens(call, create(ListHoldsRequestSchema, { organization: "acme" }), placesByEntry);
  const other = (change: Partial<typeof call>) => ({ ...call, ...change });
  it.each([
    ["another listing", other({ method: { ...call.method, name: "ListHoldings" } as never }), {}],
    ["another organization", other({ organizationIfNamed: undefined as never }), {}],
    ["another filter", call, { customer: "ann@example.com" }],
  ])("is refused by %s", (_, call, asked) => {
    const pageToken = of.about(undefined).write(entry);
    const request = create(ListHoldsRequestSchema, { organization: "acme", ...asked, pageToken });
    const form = new Form();
    new PageTokens(call, request, placesByEntry).read(form);
    expect(() => form.done()).toThrow("INVALID_FIELDS");
  });

  it("goes on with whom it is about, and with nobody else", () => {
    const goOn = (pageToken: string, about: string | undefined) => {
      const asked = tokens(placesByEntry, { pageToken });
      expect(asked.read(new Form())).toEqual(entry);
      return () => asked.about(about).write(entry);
    };
    const ofAnn = tokenOf(placesByEntry, entry, "ann");
    expect(goOn(ofAnn, "ann")()).toBe(ofAnn);
    expect(goOn(ofAnn, "bob")).toThrow("INVALID_FIELDS");
    expect(goOn(ofAnn, undefined)).toThrow("INVALID_FIELDS");
    // That of the release before, which says nothing of it, and reads of ours as much.
    const [former = ""] = ofAnn.split("=");
    expect(goOn(former, "ann")()).toBe(ofAnn);
    expect(Buffer.from(ofAnn, "base64url").toString()).toBe(Buffer.from(former, "base64url").toString());
  });

  it.each(["ann", undefined])("is refused when it was cut or changed, about %s", (about) => {
    const token = tokenOf(placesByEntry, { ...entry, version: 1234 }, about);
    const [encoded = "", seal = ""] = token.split("=");
    const cut = Array.from(seal.slice(1), (_, index) => token.slice(0, -1 - index));
    for (const pageToken of [
      ...cut,
      `${token}A`,
      `${token}=`,
      `${encoded.slice(0, -1)}=${seal}`,
      `${encoded}!=${seal}`,
    ])
      expect(() => tokens(placesByEntry, { pageToken }).about(about)).toThrow("INVALID_FIELDS");
    expect(tokens(placesByEntry, { pageToken: token }).about(about).write(undefined)).toBe("");
  });

  it.each([
    ["no base64", "!!"],
    ["other text", Buffer.from("hello").toString("base64url")],
    ["far too much", Buffer.from("1".repeat(10_000)).toString("base64url")],
  ])("is refused when it holds %s", (_, pageToken) => {
    const form = new Form();
    expect(tokens(placesByEntry, { pageToken }).read(form)).toBeUndefined();
    expect(() => form.done()).toThrow("INVALID_FIELDS");
  });
});

describe("a place", () => {
  it.each([
    ["no id", "123 "],
    ["another id than is asked for", "123 x"],
    ["NUL", "123 \0"],
    ["a negative time", `-1 ${uuid}`],
    ["a time beyond the calendar", `${"9".repeat(15)} ${uuid}`],
    ["a version that is no number", "5 vx"],
    ["a version beyond exact numbers", `5 v${"9".repeat(17)}`],
    ["a name that is not ASCII", "=\u00e4"],
  ])("is none when it holds %s", (_, text) => {
    for (const places of [byTime, placesByEntry, placesByName]) expect(places.read(text)).toBeUndefined();
  });
});
