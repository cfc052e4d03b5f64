import net from "node:net";

/** Sends pieces of bytes over a connection of its own, and resolves with all that came back when it is closed. */
export function exchange(url: string, pieces: readonly (string | Buffer)[]): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const received: Buffer[] = [];
    const socket = net.connect({ host: hostname, port: Number(port) }, () => {
      for (const piece of pieces) socket.write(piece);
    });
    socket.on("data", (chunk) => received.push(chunk));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(Buffer.concat(received).toString("latin1")));
  });
}

/** The status of an HTTP/1.1 answer; 0 where there is none. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
}
