/** A good client on a thread of its own, which asks again and again until it is told to stop, and then says what it was answered. */
import { setTimeout } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";

/** Who asks without a pause keeps the server busy by itself. */
const pauseMs = 10;

const { url, headers } = workerData;
const statuses = [];
let isOver = false;
parentPort.once("message", () => {
  isOver = true;
});
do {
  const response = await fetch(url, { headers });
  await response.arrayBuffer();
  statuses.push(response.status);
  if (statuses.length === 1) parentPort.postMessage("asking");
  await setTimeout(pauseMs);
} while (!isOver);
parentPort.postMessage(statuses);
