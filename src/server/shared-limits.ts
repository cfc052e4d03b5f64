import { partOf } from "../bounds/part.ts";
import type { Limits } from "./limits.ts";

/** Of what several processes that serve one port have a part each; of everything else each has all, as every connection is one's. */
const isShared: Readonly<Record<keyof Limits, boolean>> = {
  connectionsMax: true,
  connectionsPerAddressMax: true,
  streamsPerSessionMax: false,
  streamsUnprovenMax: false,
  pipelinedMax: false,
  openStreamsMax: true,
  openStreamsPerAddressMax: true,
  headerBytesMax: false,
  headerPairsMax: false,
  requestBytesMax: false,
  openRequestBytesMax: false,
  unfinishedBytesMax: true,
  unfinishedOpenBytesMax: true,
  unfinishedBytesPerAddressMax: true,
  unfinishedBytesPerConnectionMax: false,
  waitingBytesMax: true,
  waitingBytesPerAddressMax: true,
  smallBytesMax: false,
  unreadAnswerBytesMax: true,
  unreadOpenAnswerBytesMax: true,
  unreadAnswerBytesPerAddressMax: true,
  unreadAnswerBytesPerConnectionMax: false,
  answerMsMax: false,
  responseBytesMax: false,
  drainBytesMax: false,
  drainMsMax: false,
  sniffMsMax: false,
  headersMsMax: false,
  requestMsMax: false,
  idleMsMax: false,
  connectionMsMax: false,
  connectionGraceMs: false,
  callMsMax: false,
  restCallMsMax: false,
  readinessMsInterval: false,
  readinessMsMax: false,
  graceMs: false,
};

/** The limits of one of so many processes that serve one port, so that they hold of all together. */
export function limitsOfOne(limits: Limits, processes: number): Limits {
  const names = Object.keys(limits) as (keyof Limits)[];
  const parts = names.map((name) => [name, isShared[name] ? partOf(limits[name], processes) : limits[name]]);
  return Object.fromEntries(parts) as unknown as Limits;
}
