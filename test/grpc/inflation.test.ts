import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Code } from "@connectrpc/connect";

import { answerOf, errorOf, frame, request } from "./raw-client.ts";
import { paths, startGrpc } from "./server.ts";

/** Keeps all threads busy on which node inflates: to open a pipe takes as long as nobody opens its other end. */
function busyThreads(): () => Promise<void> {
  const pipe = join(mkdtempSync(join(tmpdir(), "tallystick-inflation-")), "pipe");
  execFileSync("mkfifo", [pipe]);
  const threads = Number(process.env["UV_THREADPOOL_SIZE"] ?? 4);
  const opening = Array.from({ length: threads }, () => open(pipe, "r"));
  return async () => {
    const other = openSync(pipe, "w");
    for (const file of await Promise.all(opening)) await file.close();
    closeSync(other);
  };
}

let free: (() => Promise<void>) | undefined;
afterEach(() => free?.());

it.each(paths)("a compressed request counts until it was inflated, on $name", async ({ thinGrpc }) => {
  const world = await startGrpc({ thinGrpc, limits: { unfinishedBytesPerConnectionMax: 400_000 } });
  const headers = { "grpc-encoding": "gzip" };
  const chunks = [frame(gzipSync(request(randomBytes(50_000).toString("hex"))), 1)];
  expect(errorOf(await world.client.call({ headers, chunks }))).toBeUndefined();

  free = busyThreads();
  const waiting = [];
  for (let call = 0; call < 3; call += 1) {
    const stream = world.client.open({ headers, chunks });
    waiting.push(answerOf(stream));
    await once(stream, "finish");
    // What is sent before a ping has arrived when that is answered.
    await new Promise((resolve) => world.client.session.ping(resolve));
  }
  const refused = errorOf(await world.client.call({ headers, chunks }));
  expect(refused).toMatchObject({ code: Code.ResourceExhausted });
  await free();
  free = undefined;
  expect((await Promise.all(waiting)).map(errorOf)).toEqual([undefined, undefined, undefined]);
  expect(errorOf(await world.client.call({ headers, chunks }))).toBeUndefined();
  await world.stop();
});
