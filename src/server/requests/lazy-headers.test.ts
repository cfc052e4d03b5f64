import { LazyHeaders } from "./lazy-headers.ts";
import { requestHeader } from "./request-header.ts";

const fields = {
  ":path": "/x",
  te: "trailers",
  "x-empty": "",
  "set-cookie": ["a=1", "b=2"],
  "x-two": "1, 2",
};
const names = [
  ...Object.keys(fields),
  "TE",
  "X-Two",
  "x-none",
  "X-Empty",
  "",
  "a b",
  "constructor",
  "__proto__",
];

/** What a question comes to: its answer, or that there is none. */
function outcomeOf(ask: (headers: Headers) => unknown, headers: Headers): unknown {
  try {
    return ask(headers);
  } catch (error) {
    return (error as Error).name;
  }
}

describe("lazy headers answer what real ones do", () => {
  it.each(names)("when asked for %j", (name) => {
    for (const ask of [(each: Headers) => each.get(name), (each: Headers) => each.has(name)])
      expect(outcomeOf(ask, new LazyHeaders(fields))).toEqual(outcomeOf(ask, requestHeader(fields)));
  });

  const uses: Record<string, (headers: Headers) => unknown> = {
    "as a list": (headers) => [...headers],
    "by keys": (headers) => [...headers.keys()],
    "by values": (headers) => [...headers.values()],
    "by entries": (headers) => [...headers.entries()],
    "by forEach": (headers) => {
      const seen: unknown[] = [];
      headers.forEach((value, name, parent) => {
        seen.push([name, value, parent === headers]);
      });
      return seen;
    },
    "for their cookies": (headers) => headers.getSetCookie(),
    "when copied": (headers) => [...new Headers(headers)],
    "when changed": (headers) => {
      headers.set("te", "deflate");
      headers.append("X-Two", "3");
      headers.delete("x-empty");
      return [headers.get("te"), headers.get("x-two"), headers.has("x-empty"), [...headers]];
    },
  };
  it.each(Object.entries(uses))("%s", (_, use) => {
    expect(use(new LazyHeaders(fields))).toEqual(use(requestHeader(fields)));
    expect(use(new LazyHeaders())).toEqual(use(new Headers()));
  });
});

it("lazy headers are untouched until one is set, whatever is asked for", () => {
  const headers = new LazyHeaders();
  expect([headers.get("a"), headers.has("b"), headers.isUntouched]).toEqual([null, false, true]);
  headers.set("a", "1");
  headers.delete("a");
  expect(headers.isUntouched).toBe(false);
  expect(new LazyHeaders(fields).isUntouched).toBe(false);
});
