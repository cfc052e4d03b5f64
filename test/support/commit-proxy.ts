import { once } from "node:events";
import net, { type AddressInfo, type Socket } from "node:net";
import { socketHost } from "../../src/embedded/connection.ts";

/** Where a connection is cut: before the database sees its COMMIT, or when the database has answered it. */
export type CutPoint = "before COMMIT" | "after COMMIT";

/** Stands between the service and the database, and cuts the line at the worst moment. */
export interface CommitProxy {
  /** The database's URL by way of the proxy. */
  readonly url: string;
  /** How many connections were cut. */
  readonly cuts: number;
  /** Cuts the next connection that sends a COMMIT. */
  cutOnce(where: CutPoint): void;
  close(): Promise<void>;
}

/** The names of statements are sent once per connection, so a COMMIT is seen only where it is a connection's first. */
export async function startCommitProxy(databaseUrl: string): Promise<CommitProxy> {
  let next: CutPoint | undefined;
  let cuts = 0;
  const sockets = new Set<Socket>();
  const server = net.createServer((client) => {
    const database = connectTo(databaseUrl);
    let isCommitting = false;
    const cut = () => {
      cuts += 1;
      client.destroy();
      database.destroy();
    };
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    }
    client
      .on("close", () => database.destroy())
      .on("data", (data) => {
        const sends = data.includes("commit\0") ? next : undefined;
        if (sends !== undefined) next = undefined;
        if (sends === "before COMMIT") return cut();
        isCommitting ||= sends === "after COMMIT";
        database.write(data);
      });
    database
      .on("close", () => client.destroy())
      .on("data", (data) => {
        if (isCommitting) cut();
        else client.write(data);
      });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(databaseUrl.replace(/@%2F[^:/?#,]*/i, "@127.0.0.1"));
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    get cuts() {
      return cuts;
    },
    cutOnce(where) {
      next = where;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function connectTo(databaseUrl: string): Socket {
  const { host } = socketHost(databaseUrl);
  if (host !== undefined) return net.connect(`${host}/.s.PGSQL.5432`);
  const { hostname, port } = new URL(databaseUrl);
  return net.connect(Number(port || 5432), hostname);
}
