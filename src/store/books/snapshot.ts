import { Malformed, type VarintReader, type VarintWriter } from "./varints.ts";

/** Which transactions had ended at a moment, by the numbers of their changes: all below `xmax` but those that ran. */
export interface Snapshot {
  readonly xmax: bigint;
  /** Those below `xmax` that ran, in ascending order. */
  readonly running: readonly bigint[];
}

/** PostgreSQL's text of a pg_snapshot: `xmin:xmax:xip,xip`. */
export function snapshotOf(text: string): Snapshot {
  const [, xmax, running] = /^\d+:(\d+):([\d,]*)$/.exec(text) ?? [];
  if (xmax === undefined || running === undefined) throw new Error(`no snapshot: ${text}`);
  return { xmax: BigInt(xmax), running: running === "" ? [] : running.split(",").map(BigInt) };
}

export function hadEndedIn({ xmax, running }: Snapshot, xid: bigint): boolean {
  return xid < xmax && !running.includes(xid);
}

/** Transactions that ran in one snapshot and had ended in a later one, as far as that goes. */
export function endedSince(before: Snapshot, { xmax, running }: Snapshot): bigint[] {
  const stillRunning = new Set(running);
  return before.running.filter((xid) => xid < xmax && !stillRunning.has(xid));
}

/** What a snapshot says of transactions up to one. */
export function upTo({ xmax, running }: Snapshot, xid: bigint): Snapshot {
  return xid < xmax ? { xmax: xid + 1n, running: running.filter((each) => each <= xid) } : { xmax, running };
}

/** Each number as its distance from the one before, so that what runs close together takes a byte or two each. */
export function writeSnapshot(writer: VarintWriter, { xmax, running }: Snapshot): void {
  writer.number(running.length);
  let last = 0n;
  for (const xid of [...running, xmax]) {
    writer.number(xid - last);
    last = xid;
  }
}

export function readSnapshot(reader: VarintReader): Snapshot {
  const count = reader.count();
  const running: bigint[] = [];
  let last = 0n;
  for (let index = 0; index <= count; index += 1) {
    const distance = reader.number();
    if (distance === 0n) throw new Malformed("a transaction that runs twice");
    last += distance;
    running.push(last);
  }
  const xmax = running.pop();
  if (xmax === undefined || xmax >= xidEnd) throw new Malformed("a transaction that never was");
  return { xmax, running };
}

/** PostgreSQL would take larger ones, and never comes to them. */
const xidEnd = 1n << 63n;
