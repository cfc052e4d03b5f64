import { create, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import { type Code, ConnectError } from "@connectrpc/connect";
import { type Status, StatusSchema } from "../../gen/google/rpc/status_pb.ts";
import { bytesOf } from "../bounds/size.ts";
import { HeldAny } from "./held-any.ts";
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

/** What an error says. Many of them, in one answer, are made without what it costs to throw one: an Error keeps its stack. */
export interface ErrorContent {
  readonly code: Code;
  readonly rawMessage: string;
  readonly details: ConnectError["details"];
}

type OutgoingDetail = { readonly desc: DescMessage; readonly value: MessageInitShape<DescMessage> };

/** The error, its texts and lists shortened as far as it takes to stay below `bytesMax` bytes. */
export function bounded(error: ConnectError, bytesMax = statusBytesMax): ConnectError {
  const content = boundedContent(error, bytesMax);
  if (content === error) return error;
  const short = new ConnectError(content.rawMessage, content.code, error.metadata);
  short.details = content.details;
  return short;
}

/** The same of what an error says. */
export function boundedContent(content: ErrorContent, bytesMax: number): ErrorContent {
  if (fits(content, bytesMax)) return content;
  for (const measure of measures) {
    const smaller = measured(content, measure);
    if (fits(smaller, bytesMax)) return smaller;
  }
  throw new Error(`an error of ${content.details.length} details has no small form`);
}

/** An error as google.rpc.Status, for answers that hold an error a row. */
export function statusOf({ code, rawMessage, details }: ErrorContent): Status {
  const held = details.map((each) => {
    const { desc, value } = each as OutgoingDetail;
    return new HeldAny(desc, create(desc, value));
  });
  return create(StatusSchema, { code, message: rawMessage, details: held });
}

function measured({ code, rawMessage, details }: ErrorContent, measure: Measure): ErrorContent {
  return {
    code,
    rawMessage: shortenedText(rawMessage, 5 * measure.charactersMax),
    details: details.map(
      (each) => ({ ...each, value: shortened(each.value, measure) }) as (typeof details)[number],
    ),
  };
}

function fits({ rawMessage, details }: ErrorContent, bytesMax: number): boolean {
  // Half a surrogate pair has no percent-encoding.
  if (rawMessage.length > messageCharactersMax || !rawMessage.isWellFormed()) return false;
  const bytes = details.reduce((sum, { value }) => sum + detailBytes + bytesOf(value), bytesOf(rawMessage));
  return (
    bytes <= bytesMax && Math.ceil(bytes / 3) * 4 + encodeURIComponent(rawMessage).length <= trailerBytesMax
  );
}
