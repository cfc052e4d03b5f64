import http from "node:http";
import http2 from "node:http2";
import type { Origins } from "./cors.ts";
import { type Fixture, startServer } from "./server.fixture.ts";

const page = "https://app.example.com";
const rpcPath = "/raystack.frontier.v1beta1.FrontierService/GetBillingBalance";

interface Answer {
  readonly status: number | undefined;
  readonly headers: http.IncomingHttpHeaders;
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Fetch would leave out the headers that only a browser may set. */
function overHttp1(url: string, { method, path, headers, body }: Asked): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(url + path, { method, headers }, (response) => {
      response.resume().on("end", () => resolve({ status: response.statusCode, headers: response.headers }));
    });
    request.on("error", reject).end(body);
  });
}

function overHttp2(url: string, { method, path, headers, body }: Asked): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const session = http2.connect(url);
    const stream = session.request({ ":method": method, ":path": path, ...headers });
    stream.on("response", (answer) => {
      stream.resume().on("end", () => {
        session.close();
        resolve({ status: answer[":status"], headers: answer });
      });
    });
    stream.on("error", reject).end(body);
  });
}

const preflight = (origin: string, path: string): Asked => ({
  method: "OPTIONS",
  path,
  headers: {
    origin,
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type,connect-protocol-version",
  },
});

const call = (origin: string): Asked => ({
  method: "POST",
  path: rpcPath,
  headers: { origin, "content-type": "application/json" },
  body: '{"id":"VC"}',
});

const grants = ({ headers }: Answer) =>
  Object.keys(headers).filter((name) => name.startsWith("access-control"));
const list = (text: string | undefined) => (text ?? "").toLowerCase().split(", ");

async function withServer(origins: Origins | undefined, work: (fixture: Fixture) => Promise<void>) {
  const fixture = await startServer(origins === undefined ? {} : { origins });
  try {
    await work(fixture);
  } finally {
    await fixture.server.close(0);
  }
}

describe.each([
  ["HTTP/1.1", overHttp1],
  ["HTTP/2", overHttp2],
])("over %s", (_, ask) => {
  it("lets a listed page ask, call, and read what errors say", () =>
    withServer(new Set([page, "http://localhost:5173"]), async ({ url }) => {
      for (const path of [rpcPath, "/v1/organizations/demo"]) {
        const { status, headers } = await ask(url, preflight(page, path));
        expect(status).toBe(204);
        expect(headers["access-control-allow-origin"]).toBe(page);
        expect(list(headers["access-control-allow-methods"])).toEqual(
          expect.arrayContaining(["get", "post", "put", "patch", "delete"]),
        );
        expect(list(headers["access-control-allow-headers"])).toEqual(
          expect.arrayContaining(["authorization", "content-type", "connect-protocol-version", "x-grpc-web"]),
        );
      }
      const { status, headers } = await ask(url, call(page));
      expect({ status, origin: headers["access-control-allow-origin"], vary: headers.vary }).toEqual({
        status: 200,
        origin: page,
        vary: "origin",
      });
      expect(list(headers["access-control-expose-headers"])).toEqual(
        expect.arrayContaining([
          ...["grpc-status", "grpc-message", "grpc-status-details-bin"],
          ...["x-request-id", "idempotency-replayed"],
        ]),
      );
      const missing = await ask(url, { ...call(page), body: '{"id":"missing"}' });
      expect([missing.status, missing.headers["access-control-allow-origin"]]).toEqual([404, page]);
    }));

  it("grants nothing to a page that is not listed, and answers of its own whoever asks", () =>
    withServer(new Set([page]), async ({ url }) => {
      for (const origin of ["https://app.example.com.evil.example", "http://app.example.com", "null"]) {
        expect(grants(await ask(url, preflight(origin, rpcPath)))).toEqual([]);
        const answer = await ask(url, call(origin));
        expect([answer.status, grants(answer), answer.headers.vary]).toEqual([200, [], "origin"]);
      }
    }));

  it("grants nothing where none is listed", () =>
    withServer(undefined, async ({ url }) => {
      expect(grants(await ask(url, preflight(page, rpcPath)))).toEqual([]);
      expect(grants(await ask(url, call(page)))).toEqual([]);
    }));

  it("lets every page ask where all may, without what the browser keeps", () =>
    withServer("all", async ({ url }) => {
      for (const asked of [preflight(page, rpcPath), call(page)]) {
        const { headers } = await ask(url, asked);
        expect(headers["access-control-allow-origin"]).toBe("*");
        expect(headers["access-control-allow-credentials"]).toBeUndefined();
      }
    }));
});
