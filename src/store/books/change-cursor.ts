import { createHash } from "node:crypto";
import { invalidField } from "../../domain/refusal.ts";
import { readSnapshot, type Snapshot, writeSnapshot } from "./snapshot.ts";
import { Malformed, VarintReader, VarintWriter } from "./varints.ts";

/**
 * Where a listing of changes is. All that had ended in the snapshot `before` was answered; what has ended since is
 * answered up to a later one, in the order of positions.
 */
export interface ChangeCursor {
  /** Null at the beginning of everything. */
  readonly before: Snapshot | null;
  /** Null between two differences. */
  readonly inside: InsideDifference | null;
}

/** Where a listing is in the difference between two snapshots. */
export interface InsideDifference {
  /** The later one. */
  readonly target: Snapshot;
  /** The first batch that was not answered whole is here or further. */
  readonly position: number;
  /** Operations of the batch at this very position that were answered. */
  readonly answered: number;
}

/** What a token is worth something for. */
export interface Listing {
  /** Of the database's life. */
  readonly epoch: string;
  /** The organization, the filters, whatever is listed: another listing takes no token of this one. */
  readonly of: unknown;
}

export const tokenCharactersMax = 4_096;
const version = 1;
const epochBytes = 16;
const digestBytes = 12;

/** What a snapshot may take in a token, which has two of them at the most. */
export const snapshotBytesMax = (tokenCharactersMax * 3) / 8 - 64;

/** A page token. Opaque to callers. */
export function tokenOf({ before, inside }: ChangeCursor, listing: Listing): string {
  const writer = new VarintWriter()
    .number(version)
    .raw(bytesOfEpoch(listing.epoch))
    .raw(digestOf(listing))
    .number((before === null ? 0 : 1) + (inside === null ? 0 : 2));
  if (before !== null) writeSnapshot(writer, before);
  if (inside !== null) {
    writeSnapshot(writer, inside.target);
    writer.number(inside.position).number(inside.answered);
  }
  return writer.done().toString("base64url");
}

/** The cursor of a page token, empty for the first page. Refuses what was not answered for this listing. */
export function cursorOf(token: string, listing: Listing): ChangeCursor {
  if (token === "") return { before: null, inside: null };
  try {
    return read(token, listing);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw invalidField(
      "page_token",
      `is not a page token that was answered for this listing: ${error.message}`,
    );
  }
}

function read(token: string, listing: Listing): ChangeCursor {
  const bytes = Buffer.from(token.slice(0, tokenCharactersMax), "base64url");
  if (bytes.toString("base64url") !== token) throw new Malformed("other characters");
  const reader = new VarintReader(bytes);
  if (reader.number() !== BigInt(version)) throw new Malformed("another version");
  if (!bytesOfEpoch(listing.epoch).equals(reader.raw(epochBytes))) {
    throw new Malformed("the database was restored, or a standby took over, since; list from the beginning");
  }
  if (!digestOf(listing).equals(reader.raw(digestBytes))) throw new Malformed("another listing");
  const parts = reader.count();
  if (parts < 1 || parts > 3) throw new Malformed("other parts");
  const before = (parts & 1) === 0 ? null : readSnapshot(reader);
  const inside = (parts & 2) === 0 ? null : readInside(reader);
  reader.end();
  return { before, inside };
}

function readInside(reader: VarintReader): InsideDifference {
  return { target: readSnapshot(reader), position: reader.count(), answered: reader.count() };
}

function bytesOfEpoch(epoch: string): Buffer {
  return Buffer.from(epoch.replaceAll("-", ""), "hex");
}

function digestOf({ of }: Listing): Buffer {
  return createHash("sha256").update(JSON.stringify(of)).digest().subarray(0, digestBytes);
}
