import { partOf } from "../bounds/part.ts";
import { streamsLeast } from "./http2/stream-shares.ts";
import type { Limits } from "./limits.ts";

/**
 * What one of several processes that serve a port has of a bound: all of it, as a connection is one's alone; or a part, which
 * may be no less than something.
 */
type Share = "all" | "part" | { readonly atLeast: (limits: Limits) => number };

/** So that a client with one connection notices nothing. */
const partOfBytes: Share = { atLeast: (limits) => limits.unfinishedBytesPerConnectionMax };
const partOfStreams: Share = { atLeast: () => streamsLeast };

const shares: Readonly<Record<keyof Limits, Share>> = {
  connectionsMax: "part",
  connectionsPerAddressMax: "part",
  handshakesMax: "part",
  handshakesPerAddressMax: "part",
  streamsPerSessionMax: "all",
  streamsUnprovenMax: "all",
  streamsMax: partOfStreams,
  pipelinedMax: "all",
  openStreamsMax: "part",
  openStreamsPerAddressMax: "part",
  headerBytesMax: "all",
  headerPairsMax: "all",
  requestBytesMax: "all",
  openRequestBytesMax: "all",
  unfinishedBytesMax: partOfBytes,
  unfinishedOpenBytesMax: "part",
  unfinishedBytesPerAddressMax: partOfBytes,
  unfinishedBytesPerConnectionMax: "all",
  waitingBytesMax: partOfBytes,
  waitingBytesPerAddressMax: partOfBytes,
  waitingOpenBytesMax: "part",
  waitingOpenBytesPerAddressMax: "part",
  smallBytesMax: "all",
  unreadAnswerBytesMax: partOfBytes,
  unreadOpenAnswerBytesMax: "part",
  unreadPageBytesMax: "part",
  unreadPageBytesPerAddressMax: "all",
  unreadAnswerBytesPerAddressMax: partOfBytes,
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
  const [all, share] = [limits[name], shares[name]];
  if (share === "all") return all;
  const part = partOf(all, processes);
  return share === "part" ? part : Math.min(all, Math.max(part, share.atLeast(limits)));
}
