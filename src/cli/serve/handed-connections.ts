import type { Worker } from "node:cluster";

/** A connection as node:cluster hands it to a worker. */
interface Handed {
  close(): void;
}

/**
 * Closes what a worker was handed and had not taken when it ended. node:cluster hands a worker one connection at a time, and
 * keeps it open until the worker says that it has it; of one that ends before it is never told, and keeps it for ever: its
 * client waits for an answer that nobody gives. What was taken, or is closed, is closed again without harm.
 */
export function closeUntaken(worker: Worker): void {
  const { process } = worker;
  // There can be no other process, and so nobody to hand anything to.
  if (process.pid === undefined) return;
  const send = process.send.bind(process) as (...args: unknown[]) => boolean;
  let newest: Handed | undefined;
  let hasEnded = false;
  const sendNoted = (message: unknown, handed?: unknown, ...rest: unknown[]) => {
    if (isHanded(handed)) newest = handed;
    const isSent = send(message, handed, ...rest);
    // Node may notice the end of a worker's channel only after that of the worker.
    if (hasEnded) newest?.close();
    return isSent;
  };
  process.send = sendNoted;
  worker.on("exit", () => {
    hasEnded = true;
    newest?.close();
  });
}

function isHanded(handed: unknown): handed is Handed {
  return typeof handed === "object" && handed !== null && "close" in handed;
}
