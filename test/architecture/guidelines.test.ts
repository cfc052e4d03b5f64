import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type DescField, type DescMessage, type DescMethod, getOption, ScalarType } from "@bufbuild/protobuf";
import { FieldMaskSchema, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { http } from "../../gen/google/api/annotations_pb.ts";
import { method_signature } from "../../gen/google/api/client_pb.ts";
import { FieldBehavior, field_behavior } from "../../gen/google/api/field_behavior_pb.ts";
import { services } from "../../src/api/services.ts";
import type { App } from "../../src/app.ts";

/** What Google's API guidelines, google.aip.dev, would hold against the native face later. */

const nativePackage = "tallystick.v1";
const methods = services({} as App)
  .filter(({ desc }) => desc.file.proto.package === nativePackage)
  .flatMap(({ desc }) => desc.methods);
const lists = methods.filter(({ name }) => name.startsWith("List"));

/** The native messages that one holds, itself among them. */
function messagesIn(message: DescMessage, seen = new Set<DescMessage>()): ReadonlySet<DescMessage> {
  if (message.file.proto.package !== nativePackage || seen.has(message)) return seen;
  seen.add(message);
  for (const field of message.fields) if (field.message !== undefined) messagesIn(field.message, seen);
  return seen;
}
const allIn = (messages: readonly DescMessage[]) => [
  ...new Set(messages.flatMap((message) => [...messagesIn(message)])),
];
const requests = allIn(methods.map(({ input }) => input));
const messages = allIn(methods.flatMap(({ input, output }) => [input, output]));
const fieldsOf = (of: readonly DescMessage[]) => of.flatMap(({ fields }) => fields);
const nameOf = ({ parent, name }: DescField) => `${parent.name}.${name}`;
const behaviors = (field: DescField) => getOption(field, field_behavior);
const isRequired = (field: DescField) => behaviors(field).includes(FieldBehavior.REQUIRED);

/** Texts that name one of several, and are none of an enum's. */
const openChoices = {
  "CheckLimitsResponse.fault": "a code of Apigee's",
  "ListRefusalsRequest.reason": "of ErrorInfo, where reasons are text, and become more",
  "ReasonActivity.reason": "the same",
  "Refusal.reason": "the same",
  "Violation.invariant": "of an audit that looks at more with every release",
};
/** What a field is called that says which of several. */
const choiceName = /(^|_)(state|status|kind|type|mode|policy|role|level|reason|invariant|fault)$/;
/** A text field whose comment lists what it may be, such as `a`, `b` or `c`. */
const listedChoice = /((?: *\/\/.*\n)+) *(?:optional |repeated )?string (\w+) =/g;
const alternatives = /(?<!such as )`[\w.]+`,? or `[\w.]+`/;

describe("the native face", () => {
  it("is all looked at", () => {
    expect(methods.length).toBeGreaterThan(40);
    expect(messages.length).toBeGreaterThan(80);
  });

  it("says of every field of a request whether it is required (AIP-203)", () => {
    const { REQUIRED, OPTIONAL } = FieldBehavior;
    const isSaid = (field: DescField) =>
      behaviors(field).filter((each) => [REQUIRED, OPTIONAL].includes(each)).length === 1;
    expect(
      fieldsOf(requests)
        .filter((field) => !isSaid(field))
        .map(nameOf),
    ).toEqual([]);
  });

  it("says the signature of every method: what it requires (AIP-4232)", () => {
    const signatures = (of: (method: DescMethod) => readonly string[]) =>
      methods.map((method) => [method.name, of(method)]);
    expect(signatures((method) => getOption(method, method_signature))).toEqual(
      signatures(({ input }) => [
        input.fields
          .filter(isRequired)
          .map(({ name }) => name)
          .join(","),
      ]),
    );
  });

  it("updates by a mask, and replaces nothing by PUT (AIP-134)", () => {
    const updates = methods.filter(({ name }) => name.startsWith("Update"));
    expect(updates.map(({ name }) => name).sort()).toEqual([
      ...["UpdateCeiling", "UpdateCredential", "UpdateCurrency", "UpdateCustomer", "UpdateOrganization"],
    ]);
    const masks = updates.map(
      ({ input }) => input.fields.find(({ name }) => name === "update_mask")?.message?.typeName,
    );
    expect(masks).toEqual(updates.map(() => FieldMaskSchema.typeName));
    const verbs = new Set(methods.map((method) => getOption(method, http).pattern.case));
    expect([...verbs].sort()).toEqual(["delete", "get", "patch", "post"]);
    for (const update of updates) expect(getOption(update, http).pattern.case).toBe("patch");
  });

  it("lists in pages (AIP-158)", () => {
    const pages = lists.map(({ input, output }) => {
      const asked = input.fields.filter(({ name }) => name.startsWith("page_"));
      const [rows, ...rest] = output.fields;
      const token = rest.filter(({ name }) => name === "next_page_token");
      const isPaged = rows?.fieldKind === "list" && rows.number === 1;
      return [
        isPaged,
        ...[...asked, ...token].map(({ name, scalar }) => `${name} ${ScalarType[scalar ?? 0]}`),
      ];
    });
    const page = [true, "page_size INT32", "page_token STRING", "next_page_token STRING"];
    expect(pages).toEqual(lists.map(() => page));
    expect(lists.length).toBeGreaterThan(7);
  });

  it("has no text where there is an enum (AIP-126)", () => {
    const texts = fieldsOf(messages).filter(
      ({ scalar, name }) => scalar === ScalarType.STRING && choiceName.test(name),
    );
    expect(texts.map(nameOf).sort()).toEqual(Object.keys(openChoices));
    expect("`active`, or `disabled`: not charged").toMatch(alternatives);
    const folder = join(import.meta.dirname, "../../proto/tallystick/v1");
    const listed = readdirSync(folder).flatMap((file) =>
      [...readFileSync(join(folder, file), "utf8").matchAll(listedChoice)].filter(([, comment = ""]) =>
        alternatives.test(comment.replace(/\s*\/\/\s*/g, " ")),
      ),
    );
    expect(listed.map(([, , name]) => name)).toEqual([]);
  });

  it("calls moments something_time (AIP-142)", () => {
    const moments = fieldsOf(messages).filter(
      ({ message }) => message?.typeName === TimestampSchema.typeName,
    );
    expect(moments.length).toBeGreaterThan(10);
    expect(moments.filter(({ name }) => !name.endsWith("_time")).map(nameOf)).toEqual([]);
  });
});
