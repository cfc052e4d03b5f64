import { createHash } from "node:crypto";
import { type Timestamp, timestampDate, timestampMs } from "@bufbuild/protobuf/wkt";
import type { Transport } from "@connectrpc/connect";
import { type Entry, EntrySchema, TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { csvRow } from "../api/shared/csv.ts";
import { exportedMessages } from "./export-stream.ts";
import { type Period, periodOf } from "./period.ts";
import { jsonLineOf, type Printed, timeOf, wordOf } from "./printed.ts";
import { type Place, ProgressDisplay } from "./progress.ts";
import type { Surroundings } from "./surroundings.ts";

export interface ExportOptions extends Printed, Period {
  readonly organization: string;
  readonly customer?: string;
  readonly counterAccount?: string;
  readonly currency?: string;
  readonly format: "ndjson" | "csv";
}

const entryColumns = [
  ...(["effectiveTime", "customerId", "counterAccount", "accountId"] as const),
  ...(["version", "amount", "posted"] as const),
];
const transferColumns = [
  ...(["id", "createTime", "kind", "currency", "key", "source", "description", "userId"] as const),
  ...(["refundOf", "holdId", "reversalOf", "createdBy", "metadata"] as const),
];

/**
 * Writes the entries of a period, oldest first, a page in memory at a time, and on standard error how many they are and the
 * digest of what was written. A period that is closed comes out the same each time.
 */
export async function exportEntries(
  ledger: Transport,
  { organization, customer = "", counterAccount = "", currency = "", format, json, ...period }: ExportOptions,
  { stdout, stderr }: Pick<Surroundings, "stdout" | "stderr">,
): Promise<void> {
  const hash = createHash("sha256");
  const write = (text: string) => {
    hash.update(text);
    stdout.write(text);
  };
  if (format === "csv") write(`${csvRow([...entryColumns, ...transferColumns])}\r\n`);
  const lineOf = format === "csv" ? rowOf : (entry: Entry) => jsonLineOf(EntrySchema, entry);
  const asked = { organization, customer, counterAccount, currency, ...periodOf(period) };
  // Between rows on a terminal it would be in the way, and as JSON standard error has one line.
  const display = json || stdout.isTTY === true ? undefined : new ProgressDisplay({ stderr });
  const placeOf = placesIn(period.from, customer === "");
  let said: { endTime: string; closed: boolean } | undefined;
  let entries = 0;
  try {
    for await (const message of exportedMessages(ledger, asked)) {
      write(message.entries.map(lineOf).join(""));
      entries += message.entries.length;
      said = { endTime: timeOf(message.endTime), closed: message.closed };
      const place = placeOf(entries, message);
      if (place !== undefined) display?.show(place);
    }
  } finally {
    display?.end();
  }
  if (said === undefined) throw new Error("nothing was answered");
  const sha256 = hash.digest("hex");
  const start = period.from ? `from ${period.from.toISOString()} ` : "";
  const end = said.closed ? "" : " The period is not closed: another export may have more.";
  stderr.write(
    json
      ? `${JSON.stringify({ entries, sha256, ...said })}\n`
      : `Exported ${entries} entries ${start}up to ${said.endTime}, SHA-256 ${sha256}.${end}\n`,
  );
}

/**
 * How far an export has come. Of an organization that is known by the time that it is at, as if as much happened at all times, and
 * not before any of its period is done.
 */
function placesIn(from: Date | undefined, isByTime: boolean) {
  let start = from?.getTime();
  return (
    done: number,
    { entries, endTime }: { readonly entries: readonly Entry[]; readonly endTime?: Timestamp | undefined },
  ): Place | undefined => {
    if (!isByTime) return { done, says: `${done} entries` };
    const at = entries.at(-1)?.transfer?.createTime;
    if (at === undefined || endTime === undefined) return undefined;
    const first = entries[0]?.transfer?.createTime ?? at;
    start ??= timestampMs(first);
    const part = (timestampMs(at) - start) / Math.max(timestampMs(endTime) - start, 1);
    if (part <= 0) return undefined;
    const day = timestampDate(at).toISOString().slice(0, 10);
    return { done, total: Math.round(done / part), says: `${done} entries, up to ${day}` };
  };
}

function rowOf(entry: Entry): string {
  const { transfer } = entry;
  if (transfer === undefined) throw new Error("an entry without a transfer was answered");
  const entryCells = { ...entry, effectiveTime: timeOf(entry.effectiveTime), version: String(entry.version) };
  const transferCells = {
    ...transfer,
    createTime: timeOf(transfer.createTime),
    kind: wordOf(TransferKind, transfer.kind),
    metadata: JSON.stringify(transfer.metadata ?? {}),
  };
  const cells = [
    ...entryColumns.map((name) => entryCells[name]),
    ...transferColumns.map((name) => transferCells[name]),
  ];
  return `${csvRow(cells)}\r\n`;
}
