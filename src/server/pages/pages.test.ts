import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http2 from "node:http2";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { type Fixture, startServer } from "../server.fixture.ts";
import { type Manifest, type Page, readManifest } from "./manifest.ts";
import { createPages } from "./pages.ts";

const html = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
const plain = { "accept-encoding": "identity" };

let folder: string;
let fixture: Fixture;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tallystick-pages-"));
  const pages = {
    "/": put("index.html", "home"),
    "/404/1": put("404/1.html", "missing in a folder"),
    "/404/2": put("404/2.html", "missing in two"),
    "/docs/": put("docs/index.html", "docs"),
    "/docs/using": put("docs/using.html", "using ".repeat(100)),
    "/docs/gone": { ...put("docs/gone.html", "gone"), file: "docs/removed.html" },
    "/docs/large": put("docs/large.html", "large".repeat(20_000)),
    "/console/": put("console/index.html", "console"),
    "/console/assets/main-1a2b.js": put("console/assets/main-1a2b.js", "script"),
  };
  const manifest: Manifest = { pages, applications: ["/console/"] };
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "secret.html"), "not listed");
  fixture = await startServer({
    pages: createPages(folder, readManifest(folder) as Manifest),
    origins: new Set(["https://portal.example"]),
    limits: { unreadPageBytesMax: 150_000, unreadPageBytesPerAddressMax: 150_000 },
  });
});
afterAll(async () => {
  await fixture.server.close(0);
  rmSync(folder, { recursive: true });
});

function put(file: string, content: string): Page {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  const compressed = gzipSync(content);
  writeFileSync(join(folder, file), content);
  writeFileSync(join(folder, `${file}.gz`), compressed);
  const sizes = { identity: content.length, gzip: compressed.length };
  return { file, type: "text/html; charset=utf-8", tag: "abc", isImmutable: file.includes("assets"), sizes };
}

const get = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  fetch(`${fixture.url}${path}`, { method, headers, redirect: "manual" });

/** As it is sent: fetch takes dots out of a path. */
function getRaw(path: string, headers: Record<string, string> = {}) {
  const session = http2.connect(fixture.url);
  return new Promise<{ status: unknown; headers: http2.IncomingHttpHeaders; body: Buffer }>(
    (resolve, reject) => {
      const stream = session.request({ ":path": path, ...headers });
      const chunks: Buffer[] = [];
      let answered: http2.IncomingHttpHeaders = {};
      stream.on("response", (fields) => {
        answered = fields;
      });
      stream.on("data", (chunk) => chunks.push(chunk));
      stream.on("error", reject);
      stream.on("close", () => {
        session.close();
        resolve({ status: answered[":status"], headers: answered, body: Buffer.concat(chunks) });
      });
    },
  );
}

describe("pages", () => {
  it("are sent with what keeps a browser safe, to be asked for again", async () => {
    const answer = await get("/docs/using?x=1", plain);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe("using ".repeat(100));
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "cache-control": "no-cache",
      "content-length": "600",
      "content-security-policy":
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      "content-type": "text/html; charset=utf-8",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      etag: '"abc-identity"',
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
    });
  });

  it("are sent compressed over HTTP/2, as the build has made them", async () => {
    const { headers, body } = await getRaw("/docs/using", { "accept-encoding": "gzip" });
    expect(headers).toMatchObject({ ":status": 200, "content-encoding": "gzip", etag: '"abc-gzip"' });
    expect(headers.vary).toContain("accept-encoding");
    expect(gunzipSync(body).toString()).toBe("using ".repeat(100));
  });

  it("vary by what CORS says, too", async () => {
    expect((await get("/docs/using")).headers.get("vary")).toBe("origin, accept, accept-encoding");
  });

  it("are kept for ever where their name changes with them", async () => {
    const { headers } = await get("/console/assets/main-1a2b.js");
    expect(headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  });

  it.each(['"abc-identity"', 'W/"abc-identity"', '"other", "abc-identity"', "*"])(
    "are not sent again to who has %s",
    async (tag) => {
      const answer = await get("/docs/using", { ...plain, "if-none-match": tag });
      expect(answer.status).toBe(304);
      expect(answer.headers.get("etag")).toBe('"abc-identity"');
      expect(await answer.text()).toBe("");
    },
  );

  it("are sent to who has them otherwise", async () => {
    expect((await get("/docs/using", { ...plain, "if-none-match": '"abc-gzip"' })).status).toBe(200);
  });

  it("answer HEAD without a body, and no other verb", async () => {
    const head = await get("/docs/using", plain, "HEAD");
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "600", ""]);
    const post = await get("/docs/using", {}, "POST");
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    expect(await post.json()).toMatchObject({ details: [{ reason: "METHOD_NOT_ALLOWED" }] });
  });

  it.each([
    ["GET", "/docs/nothing", 404],
    ["POST", "/docs/using", 405],
    ["GET", "/docs/gone", 500],
    ["GET", "/docs", 308],
  ])("are safe where there is none, too: %s %s is %i", async (verb, path, status) => {
    const answer = await get(path, {}, verb);
    expect(answer.status).toBe(status);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-security-policy": expect.stringContaining("frame-ancestors 'none'"),
      "x-content-type-options": "nosniff",
    });
  });

  it.each([
    ["/docs", "docs/"],
    ["/docs/using/", "../using"],
  ])(
    "lead from %s, a slash too few or too many, to %s, whatever a proxy has put before it",
    async (path, to) => {
      const answer = await get(path, html);
      expect([answer.status, answer.headers.get("location")]).toEqual([308, to]);
    },
  );
});

describe("a path", () => {
  it("of REST, and one that leads nowhere, is the gateway's", async () => {
    for (const path of [
      "/v1/organizations/acme",
      "/doc",
      "/docsx/using",
      "/404/1",
      "//docs/using",
      "/favicon.ico",
    ])
      expect(await (await get(path, html)).json()).toMatchObject({ url: path });
  });

  it("/ is a page for browsers alone", async () => {
    expect(await (await get("/", html)).text()).toBe("home");
    for (const accept of ["application/json", "*/*", "text/html;q=0", "text/html; q=0.0, */*"])
      expect(await (await get("/", { accept })).json()).toMatchObject({ url: "/" });
    expect(await (await get("/", {}, "POST")).json()).toMatchObject({ url: "/" });
  });

  it("beneath an application is that application, but for its files", async () => {
    for (const path of ["/console/customers/ann@example.com", "/console/a.js", "/console/x/assets/y"])
      expect(await (await get(path)).text()).toBe("console");
    expect((await get("/console/assets/main-0000.js")).status).toBe(404);
  });

  it("of no page is not found: told to a person by a page, and to a program in JSON", async () => {
    const page = await get("/docs/nothing", html);
    expect([page.status, await page.text()]).toEqual([404, "missing in a folder"]);
    expect(await (await get("/docs/concepts/nothing", html)).text()).toBe("missing in two");
    expect((await get("/docs/a/b/c/d", html)).headers.get("content-type")).toBe("application/json");
    const json = await get("/docs/nothing");
    expect(json.status).toBe(404);
    expect(await json.json()).toMatchObject({ code: 5, details: [{ reason: "ROUTE_NOT_FOUND" }] });
  });

  it.each([
    "/docs/../secret.html",
    "/docs/..%2fsecret.html",
    "/docs/%2e%2e/secret.html",
    "/docs/..\\secret.html",
    "/docs//using",
    "/docs/using.html",
    "/docs/using.html.gz",
    "/docs/./using",
    "/docs/us%69ng",
    "/docs/__proto__",
    "/docs/using%00",
  ])("%s is no other way to a file", async (path) => {
    expect((await getRaw(path)).status).toBe(404);
  });

  it.each(["/secret.html", "/manifest.json", "/constructor", "/__proto__"])("%s is no page", async (path) => {
    expect(JSON.parse((await getRaw(path)).body.toString())).toMatchObject({ url: path });
  });
});

it("a page whose file is gone is an internal error, and tells nothing of where it was", async () => {
  const answer = await get("/docs/gone", plain);
  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toContain("removed");
});

it("pages that nobody takes are bounded, and take nothing from calls", async () => {
  const session = http2.connect(fixture.url, { settings: { initialWindowSize: 0 } });
  const statusOf = (path: string) =>
    new Promise((resolve) => {
      const stream = session.request({ ":path": path, ...plain });
      stream.on("response", (headers) => resolve(headers[":status"]));
      stream.resume();
    });
  try {
    // Of a large one half of the room may be taken.
    expect(await statusOf("/docs/using")).toBe(200);
    expect(await statusOf("/docs/large")).toBe(429);
    const waiting = fixture.server.figures().kept.unreadAnswers;
    expect(waiting).toBeGreaterThan(0);
    expect((await get("/v1/x")).status).toBe(200);
  } finally {
    session.destroy();
  }
});

it("without a manifest there are none, and one that cannot be read says what to do", () => {
  expect(readManifest(join(folder, "docs"))).toBeUndefined();
  writeFileSync(join(folder, "docs", "manifest.json"), "{");
  expect(() => readManifest(join(folder, "docs"))).toThrow(
    /cannot be read: build them anew, or set TALLYSTICK_PAGES=off/,
  );
});
