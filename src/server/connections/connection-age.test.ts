import { once } from "node:events";
import http from "node:http";
import http2 from "node:http2";
import { pathOf } from "../http.ts";
import type { HttpHandler } from "../http-handler.ts";
import { startServer } from "../server.fixture.ts";

/** Answers at once, but `/slow` when told to, and `/never`. */
function gateway(): { handler: HttpHandler; answerSlow: () => void; slowCame: Promise<void> } {
  let answerSlow = () => {};
  const told = new Promise<void>((resolve) => {
    answerSlow = resolve;
  });
  let came = () => {};
  const slowCame = new Promise<void>((resolve) => {
    came = resolve;
  });
  const handler: HttpHandler = {
    async handle(request, response) {
      const path = pathOf(request);
      if (path !== "/fast") came();
      if (path === "/slow") await told;
      if (path !== "/never") response.end("done");
    },
  };
  return { handler, answerSlow, slowCame };
}

it("tells an old HTTP/2 connection to go away, and lets its calls end", async () => {
  const { handler, answerSlow, slowCame } = gateway();
  const { server, url } = await startServer({ gateway: handler, limits: { connectionMsMax: 50 } });
  const session = http2.connect(url);
  const wentAway = once(session, "goaway");
  const slow = session.request({ ":path": "/slow" });
  await slowCame;
  await wentAway;
  answerSlow();
  const [headers] = await once(slow, "response");
  expect(headers[":status"]).toBe(200);
  slow.resume();
  await once(session, "close");
  await server.close(0);
});

it("cuts an HTTP/2 connection whose calls do not end in their grace", async () => {
  const { handler } = gateway();
  const limits = { connectionMsMax: 50, connectionGraceMs: 50 };
  const { server, url } = await startServer({ gateway: handler, limits });
  const session = http2.connect(url);
  session.on("error", () => undefined);
  session.request({ ":path": "/never" }).on("error", () => undefined);
  await once(session, "close");
  await server.close(0);
});

it("tells an old HTTP/1.1 connection with an answer that it is the last", async () => {
  const { handler } = gateway();
  const { server, url } = await startServer({ gateway: handler, limits: { connectionMsMax: 50 } });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const ask = () =>
    new Promise<string | undefined>((resolve, reject) => {
      const request = http.get(`${url}/fast`, { agent }, (response) => {
        response.resume().on("end", () => resolve(response.headers.connection));
      });
      request.on("error", reject);
    });
  const answers = [await ask()];
  while (answers.at(-1) === "keep-alive") answers.push(await ask());
  expect(answers.at(-1)).toBe("close");
  expect(await ask()).toBe("keep-alive");
  agent.destroy();
  await server.close(0);
});
