import { changesOf } from "./difference.ts";

it("has each field that changed, as it was and as it became", () => {
  expect(
    changesOf({ role: "reader", state: null, places: 2 }, { role: "admin", state: "active", endsAt: null }),
  ).toEqual([
    { name: "places", before: "2", after: undefined },
    { name: "role", before: "reader", after: "admin" },
    { name: "state", before: undefined, after: "active" },
  ]);
});

it("has what came into being, what is gone, and nothing where nothing is said", () => {
  const limits = [{ minimum: "-5" }];
  expect(changesOf(undefined, { limits })).toEqual([
    { name: "limits", before: undefined, after: '[{"minimum":"-5"}]' },
  ]);
  expect(changesOf({ code: "USD" }, undefined)).toEqual([{ name: "code", before: "USD", after: undefined }]);
  expect(changesOf(undefined, undefined)).toEqual([]);
});
