import { once } from "node:events";
import net, { type AddressInfo, type Socket } from "node:net";
import { connectTo } from "./commit-proxy.ts";

/** A line to a database that a test holds in its hands. */
export interface Line {
  /** The database's URL by way of it. */
  readonly url: string;
  /** Cuts the newest connection, whose client hears of a reset. */
  reset(): void;
  close(): void;
}

/** Each connection goes through once `until` of the first that its client sends has come. */
export async function startLine(
  databaseUrl: string,
  until: (first: Buffer) => Promise<void> | void = () => undefined,
): Promise<Line> {
  const clients: Socket[] = [];
  const server = net.createServer(async (client) => {
    clients.push(client.on("error", () => undefined));
    const [first] = await once(client, "data");
    client.pause();
    await until(first);
    const database = connectTo(databaseUrl).on("error", () => undefined);
    client.on("close", () => database.destroy());
    database.write(first);
    client.pipe(database).pipe(client);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = new URL(databaseUrl.replace(/@%2F[^:/?#,]*/i, "@127.0.0.1"));
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    reset() {
      clients.at(-1)?.resetAndDestroy();
    },
    close() {
      server.close();
    },
  };
}
