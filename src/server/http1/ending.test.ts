import { once } from "node:events";
import { until } from "../../../test/support/until.ts";
import type { Limits } from "../limits.ts";
import { answersIn, get, start } from "./unanswering.fixture.ts";

type Running = Awaited<ReturnType<typeof start>>;

/** Ends a connection that has a request without an answer. */
interface Ending {
  readonly limits?: Partial<Limits>;
  readonly end: (running: Running) => void;
}

const answer = ({ responses }: Running) => responses[0]?.end("0");

const endings: Readonly<Record<string, Ending>> = {
  "with its last answer, as the server stops": {
    end: (running) => {
      void running.server.close(20_000);
      answer(running);
    },
  },
  "right behind an answer, as the server stops": {
    end: (running) => {
      running.responses[0]?.once("close", () => void running.server.close(20_000));
      answer(running);
    },
  },
  "that is old": { limits: { connectionMsMax: 0 }, end: answer },
  "that is idle for too long": { limits: { idleMsMax: 1 }, end: answer },
};

/** Whoever sends on until the connection has ended, and what it ran into. */
async function endOf({ limits, end }: Ending) {
  const running = await start(limits);
  const { responses, send } = running;
  const socket = send(get, { allowHalfOpen: true });
  const errors: Error[] = [];
  socket.on("error", (error) => errors.push(error));
  let received = "";
  socket.setEncoding("latin1").on("data", (piece) => {
    received += piece;
  });
  await until(async () => responses.length === 1);
  end(running);
  await once(socket, "end");
  expect(answersIn(received).map(([status, , body]) => [status, body])).toEqual([["200", "0"]]);
  return { ...running, socket, errors };
}

describe("the end of a connection", () => {
  it.each(Object.entries(endings))("%s: what still comes is read, and not begun", async (_, ending) => {
    const { server, socket, errors, responses, stop } = await endOf(ending);
    socket.write(get.repeat(3));
    await until(async () => server.figures().connections.bytesReceived === 4 * get.length);
    socket.end();
    await once(socket, "close");
    expect(errors).toEqual([]);
    expect(responses).toHaveLength(1);
    await stop();
  });

  it.each(Object.entries(endings))(
    "%s: a client that does not close is not waited for",
    async (_, { limits, end }) => {
      const { server, socket, stop } = await endOf({ limits: { ...limits, drainMsMax: 1_000 }, end });
      await until(async () => server.figures().connections.open === 0);
      socket.destroy();
      await stop();
    },
  );
});
