import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { Limits } from "../limits.ts";

/** A connection whose end is said is closed when nothing has come of it for this share of `drainMsMax`. */
const stillShare = 1 / 5;

/**
 * Has the connections of an HTTP/1.1 server end in two steps (RFC 9112, section 9.6): the client hears that no answer comes any more,
 * and what it still sends is read until it closes too. One that is closed while its client writes is reset, and answers that have not
 * reached the client are lost with it.
 */
export function endInSteps(server: Server, limits: Pick<Limits, "drainMsMax">): void {
  server.prependListener("connection", (socket: Socket) => {
    const end = () => {
      if (socket.writable) socket.end(() => closeWhenStill(socket, limits));
    };
    // Node ends by it a connection whose last answer is written.
    socket.destroySoon = end;
  });
  server.on("timeout", (socket) => socket.destroySoon());
}

function closeWhenStill(socket: Socket, { drainMsMax }: Pick<Limits, "drainMsMax">): void {
  if (socket.destroyed) return;
  const endsAt = performance.now() + drainMsMax;
  let { bytesRead } = socket;
  const look = () => {
    if (socket.bytesRead === bytesRead || performance.now() >= endsAt) socket.destroy();
    ({ bytesRead } = socket);
  };
  const looking = setInterval(look, drainMsMax * stillShare);
  socket.once("close", () => clearInterval(looking));
}
