import { Code, ConnectError } from "@connectrpc/connect";
import { failureOf } from "../../api/failure.ts";
import { Drafts, isStillInDoubt } from "./draft.ts";

function memory() {
  const texts = new Map<string, string>();
  return {
    getItem: (name: string) => texts.get(name) ?? null,
    setItem: (name: string, text: string) => void texts.set(name, text),
    removeItem: (name: string) => void texts.delete(name),
    key: (index: number) => [...texts.keys()][index] ?? null,
    get length() {
      return texts.size;
    },
  };
}

it("keeps the key of a form until that is done with", () => {
  const storage = memory();
  const drafts = new Drafts(storage, "ann");
  const first = drafts.begin("credit ann", { amount: "" });
  expect(first).toMatchObject({ values: { amount: "" }, isKept: false });
  expect(drafts.begin("credit ann", {}).key).not.toBe(first.key);
  drafts.keep("credit ann", { key: first.key, values: { amount: "5" } });
  expect(new Drafts(storage, "ann").begin("credit ann", { amount: "" })).toEqual({
    key: first.key,
    values: { amount: "5" },
    isKept: true,
  });
  expect(drafts.begin("credit bob", {}).isKept).toBe(false);
  expect(new Drafts(storage, "bob").begin("credit ann", {}).isKept).toBe(false);
  expect([drafts.ids, new Drafts(storage, "bob").ids]).toEqual([["credit ann"], []]);
  drafts.drop("credit ann");
  expect(drafts.begin("credit ann", {}).isKept).toBe(false);
});

it.each([
  [false, Code.Unavailable, true],
  [true, Code.Unavailable, true],
  [true, Code.ResourceExhausted, true],
  [true, Code.Unauthenticated, true],
  [true, Code.PermissionDenied, true],
  [false, Code.ResourceExhausted, false],
  [true, Code.FailedPrecondition, false],
])("where a lost answer was %s, code %i leaves it %s whether it was booked", (was, code, expected) => {
  expect(isStillInDoubt(was, failureOf(new ConnectError("no", code)))).toBe(expected);
});
