import { create, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import { anyPack } from "@bufbuild/protobuf/wkt";
import { ConnectError } from "@connectrpc/connect";
import { type Status, StatusSchema } from "../../gen/google/rpc/status_pb.ts";
import { bytesOf } from "../bounds/size.ts";
import { type Measure, shortened, shortenedText } from "./shortened.ts";

/** Most bytes of an error as google.rpc.Status, in protobuf and in JSON. */
export const statusBytesMax = 6 * 1024;
/** Most bytes of its trailers over gRPC, of which clients take 8 KiB by default: the status in base64, and the message. */
const trailerBytesMax = 7 * 1024;
/** Type and length of a detail. */
const detailBytes = 72;
const messageCharactersMax = 1_024;

/** From what is repeated to a caller as a rule, to what fits whatever the error is. */
const measures: readonly Measure[] = [
  { charactersMax: 200, membersMax: 20 },
  { charactersMax: 100, membersMax: 10 },
  { charactersMax: 50, membersMax: 5 },
  { charactersMax: 24, membersMax: 2 },
];

type OutgoingDetail = { readonly desc: DescMessage; readonly value: MessageInitShape<DescMessage> };

/** The error, its texts and lists shortened as far as it takes to stay below `bytesMax` bytes. */
export function bounded(error: ConnectError, bytesMax = statusBytesMax): ConnectError {
  if (fits(error, bytesMax)) return error;
  const smaller = measures.map((measure) => measured(error, measure));
  const fitting = smaller.find((each) => fits(each, bytesMax));
  if (fitting === undefined) throw new Error(`an error of ${error.details.length} details has no small form`);
  return fitting;
}

/** An error as google.rpc.Status, for answers that hold an error a row. */
export function statusOf(error: ConnectError): Status {
  const details = error.details.map((each) => {
    const { desc, value } = each as OutgoingDetail;
    return anyPack(desc, create(desc, value));
  });
  return create(StatusSchema, { code: error.code, message: error.rawMessage, details });
}

function measured(error: ConnectError, measure: Measure): ConnectError {
  const message = shortenedText(error.rawMessage, 5 * measure.charactersMax);
  const short = new ConnectError(message, error.code, error.metadata);
  short.details = error.details.map(
    (each) => ({ ...each, value: shortened(each.value, measure) }) as (typeof error.details)[number],
  );
  return short;
}

function fits(error: ConnectError, bytesMax: number): boolean {
  const { rawMessage } = error;
  // Half a surrogate pair has no percent-encoding.
  if (rawMessage.length > messageCharactersMax || !rawMessage.isWellFormed()) return false;
  const bytes = error.details.reduce(
    (sum, { value }) => sum + detailBytes + bytesOf(value),
    bytesOf(rawMessage),
  );
  return bytes <= bytesMax && Math.ceil(bytes / 3) * 4 + percentEncodedBytes(rawMessage) <= trailerBytesMax;
}

function percentEncodedBytes(message: string): number {
  const plain = message.replace(/[^ -$&-~]/g, "").length;
  return plain + 3 * (Buffer.byteLength(message) - plain);
}
