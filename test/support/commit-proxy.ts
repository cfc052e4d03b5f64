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
  /** How many connections were made to it. */
  readonly connections: number;
  /** Cuts the next connection that sends a COMMIT. */
  cutOnce(where: CutPoint): void;
  /** Asks at each COMMIT whether the connection that sends it is to be cut. */
  cutWhen(choose: () => CutPoint | undefined): void;
  /** Cuts the connection on which what is chosen is sent next: before the database sees it, or when that has answered. */
  cutAt(where: "before" | "after", isChosen: (sent: Buffer) => boolean): void;
  /** Cuts the next connection on which such a statement is done, before its answer arrives. */
  cutAnswerTo(command: "INSERT" | "DELETE"): void;
  /** Keeps the next COMMIT back, and what is sent behind it, until the function that it answers is called. */
  keepBack(): () => void;
  /** Lets nothing through from now on, and closes nothing: a database that has gone silent. */
  silence(): void;
  /** Sends new connections to a database that has moved. */
  redirect(databaseUrl: string): void;
  close(): Promise<void>;
}

/** What PostgreSQL answers to a statement that is done. */
const commandsDone = { INSERT: /INSERT 0 \d+\0/, DELETE: /DELETE \d+\0/ };

/** What it answers to a COMMIT, also of a transaction that has failed. What was sent before it may be answered by itself. */
const commitDone = /(COMMIT|ROLLBACK)\0/;
const anything = /(?:)/;

/** Of a simple query: its kind, and its length. */
const queryHeadBytes = 5;

/** Sees a COMMIT that is a simple query, as the settlement's is. */
export async function startCommitProxy(databaseUrl: string): Promise<CommitProxy> {
  let target = databaseUrl;
  let choose: () => CutPoint | undefined = () => undefined;
  let cuts = 0;
  let connections = 0;
  let isSilent = false;
  let cutNext: { where: "before" | "after"; isChosen: (sent: Buffer) => boolean } | undefined;
  let lostAnswer: RegExp | undefined;
  let kept: Promise<void> | undefined;
  const sockets = new Set<Socket>();
  const server = net.createServer((client) => {
    connections += 1;
    const database = connectTo(target);
    let lost: RegExp | undefined;
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
      .on("data", (data: Buffer) => {
        const where = cutNext?.isChosen(data) ? cutNext.where : undefined;
        if (where !== undefined) cutNext = undefined;
        const isCommit = data.includes("commit\0");
        const sends = isCommit ? choose() : undefined;
        if (where === "before" || sends === "before COMMIT") return cut();
        if (where === "after") lost = anything;
        else if (sends === "after COMMIT") lost = commitDone;
        if (isCommit && kept !== undefined) {
          // What is sent before it, and may come together with it, is done meanwhile.
          const at = data.indexOf("commit\0") - queryHeadBytes;
          database.write(data.subarray(0, at));
          client.pause();
          void kept.then(() => {
            database.write(data.subarray(at));
            client.resume();
          });
          kept = undefined;
        } else if (!isSilent) database.write(data);
      });
    database
      .on("close", () => client.destroy())
      .on("data", (data) => {
        const isDone = lostAnswer?.test(data.toString("latin1")) === true;
        if (isDone) lostAnswer = undefined;
        if (isDone || lost?.test(data.toString("latin1"))) cut();
        else if (!isSilent) client.write(data);
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
    get connections() {
      return connections;
    },
    cutOnce(where) {
      choose = () => {
        choose = () => undefined;
        return where;
      };
    },
    cutWhen(isChosen) {
      choose = isChosen;
    },
    cutAt(where, isChosen) {
      cutNext = { where, isChosen };
    },
    cutAnswerTo(command) {
      lostAnswer = commandsDone[command];
    },
    keepBack() {
      let resolve = () => {};
      kept = new Promise((done) => {
        resolve = done;
      });
      return resolve;
    },
    silence() {
      isSilent = true;
    },
    redirect(url) {
      target = url;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** A socket to the database of a URL. */
export function connectTo(databaseUrl: string): Socket {
  const { host } = socketHost(databaseUrl);
  if (host !== undefined) return net.connect(`${host}/.s.PGSQL.5432`);
  const { hostname, port } = new URL(databaseUrl);
  return net.connect(Number(port || 5432), hostname);
}
