import { once } from "node:events";
import { createServer } from "node:net";

/** Where Linux begins to give ports away by itself; other systems begin higher. */
const givenAwayFrom = 32_768;
const first = 16_384;
const triesMax = 100;

/**
 * A port of the loopback interface that nobody listens on, for who is to listen there later: none of those that the system gives
 * to whoever asks for any, of whom there are many a second while tests run.
 */
export async function freePort(): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    const port = first + Math.floor(Math.random() * (givenAwayFrom - first));
    if (await isFree(port)) return port;
    if (tries === triesMax) throw new Error("no port is free");
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, "127.0.0.1"), "listening");
  } catch {
    return false;
  }
  await once(server.close(), "close");
  return true;
}
