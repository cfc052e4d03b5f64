import { partOf } from "../bounds/part.ts";
import type { Limits } from "./limits.ts";

/**
 * What one of several processes that serve a port has of a bound: all of it, as a connection is one's alone; or a part, of
 * bytes no less than one connection may have, so that a client with one connection notices nothing.
 */
type Share = "all" | "part" | "part of bytes";

const shares: Readonly<Record<keyof Limits, Share>> = {
  connectionsMax: "part",
  connectionsPerAddressMax: "part",
  handshakesMax: "part",
  handshakesPerAddressMax: "part",
  streamsPerSessionMax: "all",
  streamsUnprovenMax: "all",
  pipelinedMax: "all",
  openStreamsMax: "part",
  openStreamsPerAddressMax: "part",
  headerBytesMax: "all",
  headerPairsMax: "all",
  requestBytesMax: "all",
  openRequestBytesMax: "all",
  unfinishedBytesMax: "part of bytes",
  unfinishedOpenBytesMax: "part",
  unfinishedBytesPerAddressMax: "part of bytes",
  unfinishedBytesPerConnectionMax: "all",
  waitingBytesMax: "part of bytes",
  waitingBytesPerAddressMax: "part of bytes",
  smallBytesMax: "all",
  unreadAnswerBytesMax: "part of bytes",
  unreadOpenAnswerBytesMax: "part",
  unreadPageBytesMax: "part",
  unreadPageBytesPerAddressMax: "all",
  unreadAnswerBytesPerAddressMax: "part of bytes",
  unreadAnswerBytesPerConnectionMax: "all",
  answerMsMax: "all",
  responseBytesMax: "all",
  drainBytesMax: "all",
  drainMsMax: "all",
  sniffMsMax: "all",
  handshakeMsMax: "all",
  headersMsMax: "all",
  requestMsMax: "all",
  idleMsMax: "all",
  connectionMsMax: "all",
  connectionGraceMs: "all",
  callMsMax: "all",
  restCallMsMax: "all",
  readinessMsInterval: "all",
  readinessMsMax: "all",
  graceMs: "all",
};

/** The limits of one of so many processes that serve one port, so that they hold of all together. */
export function limitsOfOne(limits: Limits, processes: number): Limits {
  const names = Object.keys(limits) as (keyof Limits)[];
  return Object.fromEntries(
    names.map((name) => [name, limitOfOne(name, limits, processes)]),
  ) as unknown as Limits;
}

function limitOfOne(name: keyof Limits, limits: Limits, processes: number): number {
  const all = limits[name];
  if (shares[name] === "all") return all;
  const part = partOf(all, processes);
  if (shares[name] === "part") return part;
  return Math.min(all, Math.max(part, limits.unfinishedBytesPerConnectionMax));
}
