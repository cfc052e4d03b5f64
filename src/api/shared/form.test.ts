import fc from "fast-check";
import { currencyOf } from "../../domain/currency.ts";
import type { Metadata } from "../../domain/operation.ts";
import type { FieldViolation } from "../../domain/refusal.ts";
import { Refused } from "../../domain/refusal.ts";
import { violationsMax } from "./error-details.ts";
import { Form } from "./form.ts";

/** What a form refuses. */
function violations(fill: (form: Form) => unknown): readonly FieldViolation[] {
  const form = new Form();
  fill(form);
  try {
    form.done();
  } catch (error) {
    if (error instanceof Refused && error.refusal.reason === "INVALID_FIELDS")
      return error.refusal.violations;
    throw error;
  }
  return [];
}

const usd = { code: "USD", places: 9, minorPlaces: 2 };
const credits = { code: "VC", places: 0, minorPlaces: 0 };
const uuid = "018F7D3C-2b6a-7cc1-9f3e-0a1b2c3d4e5f";

describe("Form", () => {
  it("names every field that does not fit, in order", () => {
    const found = violations((form) => {
      form.uuid("usages[0].id", "x");
      form.text("name", "fits", { charactersMax: 4 });
      form.text("source", "12345", { charactersMax: 4 });
    });
    expect(found.map(({ field }) => field)).toEqual(["usages[0].id", "source"]);
  });

  it("keeps the list short, however much is wrong", () => {
    const found = violations((form) => {
      for (let n = 0; n < 10_000; n += 1) form.refuse(`f${n}`, "is wrong");
    });
    expect(found).toHaveLength(violationsMax);
  });

  it.each([
    ["a\u0000b", "NUL"],
    ["\ud800", "half a surrogate pair"],
    ["x\udc00", "the other half"],
  ])("refuses text that cannot be stored: %j (%s)", (text) => {
    expect(violations((form) => form.text("f", text, { charactersMax: 10 }))).toHaveLength(1);
    expect(violations((form) => form.metadata("f", { a: { b: [text] } }))).toHaveLength(1);
    expect(violations((form) => form.metadata("f", { [text]: 1 }))).toHaveLength(1);
  });

  it("takes every other text as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        if (text.includes("\0")) return;
        expect(
          violations((form) => expect(form.text("f", text, { charactersMax: 1_000 })).toBe(text)),
        ).toEqual([]);
      }),
    );
  });

  it("requires what is required", () => {
    expect(violations((form) => form.text("f", "", { charactersMax: 1, required: true }))).toEqual([
      { field: "f", description: "is required" },
    ]);
    expect(violations((form) => form.text("f", "", { charactersMax: 1 }))).toEqual([]);
    expect(violations((form) => form.uuid("f", ""))).toEqual([{ field: "f", description: "is required" }]);
  });

  it("gives a UUID in lower case", () => {
    expect(new Form().uuid("f", uuid)).toBe(uuid.toLowerCase());
    expect(violations((form) => form.uuid("f", `${uuid} `))).toHaveLength(1);
  });

  it.each(["a@b", "first.last+tag@sub.example.com", ""])("takes the email %j", (email) => {
    expect(violations((form) => form.email("f", email))).toEqual([]);
  });

  it.each(["a", "@", "a@", "@b", "a b@c", "a@b@c", `${"a".repeat(254)}@b`])(
    "refuses the email %j",
    (email) => {
      expect(violations((form) => form.email("f", email))).toHaveLength(1);
    },
  );

  it.each(["a\u200b@b", "\u202ea@b", "a@b\u00ad", "a\tb@c", "a\u0000@b"])(
    "refuses %j as an email and as a key, once",
    (text) => {
      expect(violations((form) => form.key("key", text))).toHaveLength(1);
      expect(new Set(violations((form) => form.email("email", text)).map(({ field }) => field)).size).toBe(1);
    },
  );

  it("names the character that nobody sees", () => {
    expect(violations((form) => form.key("key", "order\u200b"))).toEqual([
      { field: "key", description: "holds U+200B, which nobody can see; leave it out" },
    ]);
  });

  it.each(["\u0344", "e\u0301", "\u1e9b\u0323", "x"])(
    "takes the key and the email again that it made of %j",
    (unit) => {
      const fitting = (length: number) => unit.repeat(length);
      for (let length = 1; length <= 260; length += 1) {
        const form = new Form();
        const shown = form.key("key", fitting(length)) ?? "";
        const email = form.email("email", `${fitting(length)}@b`);
        expect(form.refusal() === undefined).toBe(
          violations((again) => [again.key("key", shown), again.email("email", email)]).length === 0,
        );
      }
      expect(violations((form) => form.key("key", "\u0344".repeat(255)))).toHaveLength(1);
      expect(new Form().key("key", "e\u0301".repeat(255))).toBe("\u00e9".repeat(255));
    },
  );

  it.each([
    ["12.5", usd, "12.5"],
    ["0.000000001", usd, "0.000000001"],
    ["5.000", credits, "5"],
    ["9999999999999999999", credits, "9999999999999999999"],
  ])("takes the amount %s", (text, currency, amount) => {
    const form = new Form();
    expect(form.positiveAmount("f", text, currency).toString()).toBe(amount);
    form.done();
  });

  it.each([
    ["", usd, "is required"],
    [" ", usd, "plain digits"],
    ["NaN", usd, "plain digits"],
    ["1e3", usd, "plain digits"],
    ["+1", usd, "plain digits"],
    ["0.0000000001", usd, "more than 9 places"],
    ["12345678901234567890", usd, "more than 19 digits"],
    ["0", usd, "above 0"],
    ["-1", usd, "above 0"],
    ["0.5", credits, "the 0 of VC"],
  ])("refuses the amount %j", (text, currency, because) => {
    const found = violations((form) => form.positiveAmount("amount", text, currency));
    expect(found).toEqual([{ field: "amount", description: expect.stringContaining(because) }]);
  });

  it("takes a limit of 0 or above it, and none as 0", () => {
    const limitOf = (text: string) => new Form().limit("f", text, usd).toString();
    expect(["", "0", "0.5"].map(limitOf)).toEqual(["0", "0", "0.5"]);
    expect(violations((form) => form.limit("f", "-0.5", usd))).toEqual([
      { field: "f", description: "must be 0 or more" },
    ]);
    expect(violations((form) => form.limit("f", "0.5", credits))).toHaveLength(1);
  });

  it("knows currencies", () => {
    expect(new Form().currency("f", "USD", currencyOf("USD"))).toEqual({
      code: "USD",
      places: 9,
      minorPlaces: 2,
    });
    expect(violations((form) => form.currency("f", "usd", undefined))).toHaveLength(1);
  });

  it("bounds how deep metadata nests", () => {
    const nested = (levels: number): Metadata => {
      let value: Metadata = {};
      for (let level = 1; level < levels; level += 1) value = { a: level % 2 === 0 ? value : [value] };
      return value;
    };
    // A list in an object is two levels.
    expect(violations((form) => form.metadata("f", nested(20)))).toEqual([]);
    expect(violations((form) => form.metadata("f", nested(21)))).toHaveLength(1);
  });

  it("bounds metadata by its bytes, and refuses numbers that JSON does not have", () => {
    expect(violations((form) => form.metadata("f", { a: "é".repeat(8_187) }))).toEqual([]);
    expect(violations((form) => form.metadata("f", { a: "é".repeat(8_190) }))).toHaveLength(1);
    expect(violations((form) => form.metadata("f", { a: Number.POSITIVE_INFINITY }))).toHaveLength(1);
    expect(new Form().metadata("f", undefined)).toEqual({});
    expect(new Form().metadata("f", { a: [-0] })).toEqual({ a: [0] });
  });

  it.each([
    [0, 100],
    [1, 1],
    [1_000, 1_000],
  ])("takes the page size %i as %i", (asked, rows) => {
    expect(new Form().pageSize("f", asked, { rowsDefault: 100, rowsMax: 1_000 })).toBe(rows);
  });

  it.each([-1, 1_001, 2 ** 31 - 1])("refuses the page size %i", (asked) => {
    expect(
      violations((form) => form.pageSize("f", asked, { rowsDefault: 100, rowsMax: 1_000 })),
    ).toHaveLength(1);
  });
});

describe("a currency", () => {
  const isNoCode =
    "is not the code of a currency, which has 2 to 10 upper-case letters and digits, such as VC for credits, or USD";
  it.each([
    ["usd", `${isNoCode}; did you mean USD?`],
    ["vc", `${isNoCode}; did you mean VC?`],
    ["credits", isNoCode],
    ["$", isNoCode],
    ["", "is required"],
  ])("of which the code is written %j is told so", (text, description) => {
    expect(violations((form) => form.currencyCode("currency", text))).toEqual([
      { field: "currency", description },
    ]);
    expect(violations((form) => form.currency("currency", text, undefined))).toEqual([
      { field: "currency", description },
    ]);
  });

  it("that is none, though its code has the form of one, is told otherwise", () => {
    expect(violations((form) => form.currencyCode("currency", "ABQ"))).toEqual([]);
    expect(violations((form) => form.currency("currency", "USD", undefined, ["EUR"]))).toEqual([
      { field: "currency", description: "is not a currency that the organization uses; it uses EUR" },
    ]);
    expect(violations((form) => form.currency("currency", "ABQ", undefined))).toEqual([
      {
        field: "currency",
        description:
          "is not a currency that may be used here: give VC, an ISO 4217 code such as USD, or one of the organization's own",
      },
    ]);
  });
});
