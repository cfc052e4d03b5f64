import type { Worker } from "node:cluster";

/** A connection on its way to a worker. */
interface Handle {
  /** Does nothing where it is closed already. */
  close(): void;
}

/**
 * Closes the connection that a worker was handed and has not taken, when that worker ends. node:cluster hands over one at a
 * time and closes its own side once the worker has taken it; where the worker ends before that it forgets it, open
 * (nodejs/node#21746), and the client would wait for ever.
 */
export function closeUntaken({ process }: Worker): void {
  const send = process.send;
  let last: Handle | undefined;
  process.send = (...sent: unknown[]) => {
    const [, handle] = sent;
    if (isHandle(handle)) last = handle;
    return Reflect.apply(send, process, sent);
  };
  // Either may come first, and node tells of no disconnect while it waits for a connection to be taken.
  for (const event of ["exit", "disconnect"]) process.once(event, () => last?.close());
}

/** Where there is no connection, a callback may stand in its place. */
function isHandle(value: unknown): value is Handle {
  return typeof value === "object" && value !== null && "close" in value;
}
