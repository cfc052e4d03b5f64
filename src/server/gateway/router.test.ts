import fc from "fast-check";
import { pathSegmentsMax, Router } from "./router.ts";
import { parseTemplate } from "./template.ts";

function createRouter(...routes: string[]): Router<string> {
  const router = new Router<string>();
  for (const route of routes) {
    const [httpMethod = "", template = ""] = route.split(" ");
    router.add(httpMethod, parseTemplate(template), route);
  }
  return router;
}

const router = createRouter(
  "GET /v1/shelves",
  "POST /v1/shelves",
  "GET /v1/shelves/{id}",
  "GET /v1/shelves/special",
  "DELETE /v1/shelves/{id}",
  "POST /v1/shelves/{id}:merge",
  "GET /v1/{name=shelves/*/books/*}",
  "GET /v1/shelves/{shelf}/books/{book}/pages/{page}",
  "GET /v1/files/{path=**}",
  "GET /v1/files/readme",
  "POST /v1/files/{path=**}:watch",
  "GET /v1/any/*/{last}",
  "* /v1/every",
  "GET /caf%C3%A9/{id}",
);

describe("Router.route", () => {
  it.each([
    ["GET", "/v1/shelves", "GET /v1/shelves", []],
    ["POST", "/v1/shelves", "POST /v1/shelves", []],
    ["GET", "/v1/shelves/7", "GET /v1/shelves/{id}", ["7"]],
    ["GET", "/v1/shelves/special", "GET /v1/shelves/special", []],
    ["HEAD", "/v1/shelves/7", "GET /v1/shelves/{id}", ["7"]],
    ["PATCH", "/v1/every", "* /v1/every", []],
    ["GET", "/v1/shelves/1/books/2", "GET /v1/{name=shelves/*/books/*}", ["shelves/1/books/2"]],
    ["GET", "/v1/any/x/y", "GET /v1/any/*/{last}", ["y"]],
    ["GET", "/v1/files", "GET /v1/files/{path=**}", [""]],
    ["GET", "/v1/files/a/b/c", "GET /v1/files/{path=**}", ["a/b/c"]],
    ["GET", "/v1/files/readme", "GET /v1/files/readme", []],
    ["GET", "/v1/files/readme/x", "GET /v1/files/{path=**}", ["readme/x"]],
    ["POST", "/v1/files/a/b:watch", "POST /v1/files/{path=**}:watch", ["a/b"]],
    ["POST", "/v1/files/:watch", "POST /v1/files/{path=**}:watch", [""]],
  ])("%s %s", (httpMethod, path, target, captures) => {
    expect(router.route(httpMethod, path)).toEqual({ kind: "match", target, captures });
  });

  it.each([
    ["a literal does not hide a variable from another method", "DELETE", "/v1/shelves/special", ["special"]],
    ["a verb that a template has is a verb", "POST", "/v1/shelves/7:merge", ["7"]],
    ["only the last colon begins a verb", "POST", "/v1/shelves/a:b:merge", ["a:b"]],
    ["any other colon belongs to the segment", "GET", "/v1/shelves/urn:x", ["urn:x"]],
    ["a colon at the end belongs to the segment", "GET", "/v1/shelves/x:", ["x:"]],
    ["an encoded colon begins no verb", "DELETE", "/v1/shelves/7%3Amerge", ["7:merge"]],
    ["%2F stays inside a single segment", "GET", "/v1/shelves/a%2Fb", ["a/b"]],
    ["%252F is decoded once", "GET", "/v1/shelves/a%252Fb", ["a%2Fb"]],
    ["+ and @ are literal", "GET", "/v1/shelves/a+b@c.d", ["a+b@c.d"]],
    ["a single segment is decoded fully", "GET", "/v1/shelves/%C3%A9%20%2B", ["é +"]],
    ["%2F stays encoded in many segments", "GET", "/v1/files/a%2fb/%2A%2F", ["a%2fb/*%2F"]],
    [
      "%2F stays encoded in a bounded capture",
      "GET",
      "/v1/shelves/a%2Fb/books/%40",
      ["shelves/a%2Fb/books/@"],
    ],
    ["literals are compared decoded", "GET", "/%63af%C3%A9/1", ["1"]],
    [".. is a segment like any other", "GET", "/v1/shelves/..", [".."]],
  ])("%s", (_rule, httpMethod, path, captures) => {
    expect(router.route(httpMethod, path)).toMatchObject({ kind: "match", captures });
  });

  it.each([
    "/",
    "/v1",
    "/v1/",
    "//v1/shelves",
    "/v1//shelves",
    "/v1/shelves//",
    "/v1/shelves//books/2",
    "/v1/files/a//b",
    "/v1/any/x",
    "/v1/shelves/1/magazines",
    "/v1%2Fshelves",
    `/v1/files${"/x".repeat(pathSegmentsMax)}`,
  ])("does not find %s", (path) => {
    expect(router.route("GET", path)).toEqual({ kind: "not found" });
  });

  it.each([
    ["PUT", "/v1/shelves", ["GET", "HEAD", "POST"]],
    ["PUT", "/v1/shelves/special", ["DELETE", "GET", "HEAD"]],
    ["GET", "/v1/shelves/7:merge", ["POST"]],
  ])("%s %s is not allowed, and what is is named", (httpMethod, path, allowed) => {
    expect(router.route(httpMethod, path)).toEqual({ kind: "method not allowed", allowed });
  });

  it.each(["%", "%2", "%zz", "%FF", "%C3", "%00", "a%00b"])("refuses the segment %s", (segment) => {
    expect(router.route("GET", `/v1/shelves/${segment}`)).toEqual({ kind: "malformed", segment });
  });

  it("captures any text that a client has percent-encoded", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (text) => {
        fc.pre(!text.includes("\0") && text !== ":merge");
        const path = `/v1/shelves/${encodeURIComponent(text)}`;
        fc.pre(text !== "special");
        expect(router.route("DELETE", path)).toMatchObject({ kind: "match", captures: [text] });
      }),
    );
  });
});

describe("a slash at the end", () => {
  it("is forgiven where the path leads nowhere with it", () => {
    expect(router.route("GET", "/v1/shelves/")).toEqual(router.route("GET", "/v1/shelves"));
  });

  it("is not where something would be deleted, for a name may be missing there", () => {
    expect(router.route("DELETE", "/v1/shelves/special").kind).toBe("match");
    expect(router.route("DELETE", "/v1/shelves/special/")).toEqual({ kind: "not found" });
    expect(router.hint("DELETE", "/v1/shelves/special/")).toBe(
      ": a segment is empty, after /v1/shelves/special",
    );
  });

  it("is not where a name would make it another change", () => {
    const shelves = createRouter(
      "POST /v1/shelves",
      "POST /v1/shelves/{shelf}",
      "POST /v1/shelves/{shelf}/books",
    );
    expect(shelves.route("POST", "/v1/shelves/")).toEqual({ kind: "not found" });
    expect(shelves.hint("POST", "/v1/shelves/")).toBe(": a segment is empty, after /v1/shelves");
    expect(shelves.route("POST", "/v1/shelves/7/books/")).toEqual(
      shelves.route("POST", "/v1/shelves/7/books"),
    );
  });
});

describe("Router.hint", () => {
  it.each([
    ["/v1/shelvs", "; did you mean /v1/shelves?"],
    ["/v1/shelves/7:merg", "; did you mean /v1/shelves/7:merge?"],
    ["/v1/shelves/special/", "; did you mean /v1/shelves/special?"],
    ["/v1/shelves//books/2", ": a segment is empty, after /v1/shelves"],
    ["//v1/shelves", ": a segment is empty, after /"],
    ["/v1/shelves/7:merge:x", ""],
    ["/v1/shelves/7:m", ""],
    ["/v1/shelves/7/merge", "; did you mean /v1/shelves/7:merge?"],
    ["/v1/shelves/7:mer", "; did you mean /v1/shelves/7:merge?"],
    ["/v1/shelves/7/Merge", "; did you mean /v1/shelves/7:merge?"],
    ["/shelves/7", "; did you mean /v1/shelves/7?"],
    ["/shelves/7/merge", "; did you mean /v1/shelves/7:merge?"],
    ["/7/pages/3", "; paths begin with /v1, /café"],
    ["/elsewhere", "; paths begin with /v1, /café"],
    ["/v1/elsewhere", ""],
    ["/", "; paths begin with /v1, /café"],
  ])("of %s is %j", (path, hint) => {
    expect(router.hint("GET", path)).toBe(hint);
  });
});

describe("Router.verbHint", () => {
  it.each([
    ["/v1/shelves/7:merg", "; did you mean /v1/shelves/7:merge?"],
    ["/v1/shelves/a:b:mergee", "; did you mean /v1/shelves/a:b:merge?"],
    ["/v1/shelves/7:merge", ""],
    ["/v1/shelves/7:other", ""],
    ["/v1/shelves/7", ""],
    ["/v1/shelvs/7:merg", ""],
  ])("of %s is %j", (path, hint) => {
    expect(router.verbHint(path)).toBe(hint);
  });
});

describe("Router.hint where a name is forgotten", () => {
  const accounts = createRouter(
    "GET /v1/customers/{customer}/balances/{currency}",
    "GET /v1/customers/{customer}",
  );
  it.each(["balance", "balances"])("behind %s shows where it stands", (name) => {
    expect(accounts.hint("GET", `/v1/customers/ann/${name}`)).toBe(
      "; did you mean /v1/customers/ann/balances/{currency}?",
    );
  });
});

it("names the verbs of a path that has them", () => {
  const holds = createRouter(
    "GET /v1/holds/{hold}",
    "POST /v1/holds/{hold}:capture",
    "POST /v1/holds/{hold}:release",
  );
  expect(holds.route("POST", "/v1/holds/7:cancel").kind).toBe("method not allowed");
  expect(holds.verbs("/v1/holds/7:cancel")).toBe("; what may follow a colon there: capture, release");
  expect(holds.verbs("/v1/holds/7")).toBe("");
  expect(router.verbs("/v1/shelves:cancel")).toBe("");
});

it("hints at paths that are there", () => {
  const name = fc.constantFrom(
    "v1",
    "v2",
    "shelves",
    "shelve",
    "books",
    "pages",
    "x",
    "merge",
    "7:merg",
    "any",
    "files",
  );
  let hints = 0;
  fc.assert(
    fc.property(fc.array(name, { maxLength: 8 }), (names) => {
      const [, meant] = /did you mean (.*)\?$/.exec(router.hint("GET", `/${names.join("/")}`)) ?? [];
      if (meant === undefined) return;
      hints += 1;
      expect({ meant, kind: router.route("GET", meant).kind }).not.toEqual({ meant, kind: "not found" });
    }),
    { numRuns: 1_000 },
  );
  expect(hints).toBeGreaterThan(10);
});

describe("Router.add", () => {
  it.each([
    ["GET /v1/{a}", "GET /v1/{b}"],
    ["GET /v1/{a}", "GET /v1/*"],
    ["GET /v1/a", "GET /v1/%61"],
    ["GET /v1/{a=x/*}:go", "GET /v1/x/{b}:go"],
  ])("refuses %s beside %s", (one, other) => {
    expect(() => createRouter(one, other)).toThrow("conflicts with");
  });

  it("takes the same path with another method or verb", () => {
    expect(() => createRouter("GET /v1/{a}", "PUT /v1/{a}", "GET /v1/{a}:go")).not.toThrow();
  });
});

describe("Router.nearest", () => {
  it.each([
    ["/v1/shelves/1/magazines/2", "GET /v1/shelves/{id}"],
    ["/v1/unknown", "GET /v1/shelves"],
    ["/caf%C3%A9", "GET /caf%C3%A9/{id}"],
    ["/elsewhere", undefined],
    ["/%zz", undefined],
  ])("%s", (path, target) => {
    expect(router.nearest(path)).toBe(target);
  });
});
