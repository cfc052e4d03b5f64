/** A good client on a thread of its own, which asks again and again until it is told to stop, and then says what it was answered. */
import { parentPort, workerData } from "node:worker_threads";

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
} while (!isOver);
parentPort.postMessage(statuses);
