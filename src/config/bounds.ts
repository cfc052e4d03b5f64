import { type CallerLimits, defaultCallerLimits } from "../bounds/caller-limits.ts";
import { defaultQueueBounds, leastQueueBounds, type QueueBounds } from "../bounds/queue-bounds.ts";
import { defaultLimits, type Limits } from "../server/limits.ts";
import { ConfigError } from "./config-error.ts";
import { whole } from "./whole.ts";

/** How much there may be of everything. */
export interface BoundsConfig {
  /** Of the port. */
  readonly limits: Partial<Limits>;
  /** Of what waits for the database. */
  readonly queue: QueueBounds;
  /** Of what each caller asks for. */
  readonly callers: CallerLimits;
}

const [kibibyte, mebibyte] = [1024, 1024 * 1024];

/** The settings of what is bounded, of all workers together. */
export const boundSettings = {
  TALLYSTICK_CONNECTIONS: whole(
    ...([1, 1_000_000, defaultLimits.connectionsMax] as const),
    "How many connections may be open.",
  ),
  TALLYSTICK_CONNECTIONS_PER_ADDRESS: whole(
    ...([1, 1_000_000, defaultLimits.connectionsPerAddressMax] as const),
    "How many connections one IP address may have open; more than a proxy that is in between needs.",
  ),
  TALLYSTICK_HANDSHAKES: whole(
    ...([4, 100_000, defaultLimits.handshakesMax] as const),
    "How many handshakes of TLS may be under way, a quarter of them of one address; each may take 270 KB.",
  ),
  TALLYSTICK_STREAMS_PER_CONNECTION: whole(
    ...([1, 100_000, defaultLimits.streamsPerSessionMax] as const),
    "How many calls one HTTP/2 connection may have under way.",
  ),
  TALLYSTICK_STREAMS: whole(
    ...([1, 1_000_000, defaultLimits.streamsMax] as const),
    "How many calls all HTTP/2 connections together may have under way, before clients are told to keep the rest back.",
  ),
  TALLYSTICK_HEADER_KIB: whole(
    ...([8, 64, defaultLimits.headerBytesMax / kibibyte] as const),
    "How large the headers of a request may be, in KiB.",
  ),
  TALLYSTICK_REQUEST_KIB: whole(
    ...([64, 4 * kibibyte, defaultLimits.requestBytesMax / kibibyte] as const),
    "How large a request may be, inflated, in KiB.",
  ),
  TALLYSTICK_UNFINISHED_MIB: whole(
    ...([128, 65_536, defaultLimits.unfinishedBytesMax / mebibyte] as const),
    "How much is kept of requests that have not arrived in full, in MiB; half of it of one address.",
  ),
  TALLYSTICK_UNREAD_MIB: whole(
    ...([128, 65_536, defaultLimits.unreadAnswerBytesMax / mebibyte] as const),
    "How much is kept of answers that their callers have not taken, in MiB; a quarter of it of one address.",
  ),
  TALLYSTICK_QUEUE_COMMANDS: whole(
    ...([leastQueueBounds.commandsMax, 1_000_000, defaultQueueBounds.commandsMax] as const),
    "How many changes may wait for the database.",
  ),
  TALLYSTICK_QUEUE_MIB: whole(
    ...([leastQueueBounds.bytesMax / mebibyte, 65_536, defaultQueueBounds.bytesMax / mebibyte] as const),
    "How much memory they may take, in MiB.",
  ),
  TALLYSTICK_QUEUE_MS: whole(
    ...([100, 3_600_000, defaultQueueBounds.waitMsMax] as const),
    "How many milliseconds one may wait before it is first tried.",
  ),
  TALLYSTICK_CALLS_PER_CREDENTIAL: whole(
    ...([1, 1_000_000, defaultCallerLimits.callsMax] as const),
    "How many calls that change something one credential, or subject of tokens, may have under way, and as many that only read.",
  ),
  TALLYSTICK_RATE_PER_CREDENTIAL: whole(
    ...([1, 1_000_000, "unset: any number"] as const),
    "How many calls a second one credential, or subject of tokens, may make.",
  ),
  TALLYSTICK_BURST_PER_CREDENTIAL: whole(
    ...([1, 1_000_000, "unset: as many as in a second"] as const),
    "How many of those calls may come at once after a pause; needs TALLYSTICK_RATE_PER_CREDENTIAL too.",
  ),
} as const;

type BoundSetting = keyof typeof boundSettings;

/** @throws ConfigError where a burst is of no rate */
export function boundsConfigOf(read: (name: BoundSetting) => number | undefined): BoundsConfig {
  const or = (name: BoundSetting, otherwise: number) => read(name) ?? otherwise;
  const handshakesMax = or("TALLYSTICK_HANDSHAKES", defaultLimits.handshakesMax);
  return {
    limits: {
      connectionsMax: or("TALLYSTICK_CONNECTIONS", defaultLimits.connectionsMax),
      connectionsPerAddressMax: or(
        "TALLYSTICK_CONNECTIONS_PER_ADDRESS",
        defaultLimits.connectionsPerAddressMax,
      ),
      handshakesMax,
      handshakesPerAddressMax: Math.ceil(handshakesMax / 4),
      ...streamsOf(or("TALLYSTICK_STREAMS_PER_CONNECTION", defaultLimits.streamsPerSessionMax)),
      streamsMax: or("TALLYSTICK_STREAMS", defaultLimits.streamsMax),
      headerBytesMax: or("TALLYSTICK_HEADER_KIB", defaultLimits.headerBytesMax / kibibyte) * kibibyte,
      requestBytesMax: or("TALLYSTICK_REQUEST_KIB", defaultLimits.requestBytesMax / kibibyte) * kibibyte,
      ...unfinishedOf(or("TALLYSTICK_UNFINISHED_MIB", defaultLimits.unfinishedBytesMax / mebibyte)),
      ...unreadOf(or("TALLYSTICK_UNREAD_MIB", defaultLimits.unreadAnswerBytesMax / mebibyte)),
    },
    queue: {
      commandsMax: or("TALLYSTICK_QUEUE_COMMANDS", defaultQueueBounds.commandsMax),
      bytesMax: or("TALLYSTICK_QUEUE_MIB", defaultQueueBounds.bytesMax / mebibyte) * mebibyte,
      waitMsMax: or("TALLYSTICK_QUEUE_MS", defaultQueueBounds.waitMsMax),
    },
    callers: {
      callsMax: or("TALLYSTICK_CALLS_PER_CREDENTIAL", defaultCallerLimits.callsMax),
      rate: rateOf(read("TALLYSTICK_RATE_PER_CREDENTIAL"), read("TALLYSTICK_BURST_PER_CREDENTIAL")),
    },
  };
}

/** Of a connection that has proved nothing yet no more than of one that has. */
function streamsOf(streamsPerSessionMax: number) {
  const streamsUnprovenMax = Math.min(defaultLimits.streamsUnprovenMax, streamsPerSessionMax);
  return { streamsPerSessionMax, streamsUnprovenMax };
}

function unfinishedOf(mebibytes: number) {
  const unfinishedBytesMax = mebibytes * mebibyte;
  return {
    unfinishedBytesMax,
    unfinishedBytesPerAddressMax: unfinishedBytesMax / 2,
    unfinishedBytesPerConnectionMax: unfinishedBytesMax / 8,
  };
}

function unreadOf(mebibytes: number) {
  const unreadAnswerBytesMax = mebibytes * mebibyte;
  return {
    unreadAnswerBytesMax,
    unreadAnswerBytesPerAddressMax: unreadAnswerBytesMax / 4,
    unreadAnswerBytesPerConnectionMax: unreadAnswerBytesMax / 8,
  };
}

function rateOf(perSecond: number | undefined, burst: number | undefined): CallerLimits["rate"] {
  if (perSecond !== undefined) return { perSecond, burst: burst ?? perSecond };
  if (burst === undefined) return undefined;
  throw new ConfigError(
    "TALLYSTICK_RATE_PER_CREDENTIAL is unset, but TALLYSTICK_BURST_PER_CREDENTIAL is set: set both or the first alone.",
  );
}
