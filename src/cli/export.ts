import { createHash } from "node:crypto";
import { type Timestamp, timestampFromDate, timestampMs } from "@bufbuild/protobuf/wkt";
import { createClient, type Transport } from "@connectrpc/connect";
import {
  LedgerService,
  type Transfer,
  TransferKind,
  TransferSchema,
} from "../../gen/tallystick/v1/ledger_pb.ts";
import { csvRow } from "../api/shared/csv.ts";
import { jsonLineOf, type Printed, timeOf } from "./printed.ts";
import { ProgressDisplay } from "./progress.ts";
import type { Surroundings } from "./surroundings.ts";

export interface ExportOptions extends Printed {
  readonly organization: string;
  /** At or after; from the beginning without it. */
  readonly from?: Timestamp;
  /** Before; now without it. */
  readonly to?: Timestamp;
  readonly format: "ndjson" | "csv";
}

/** A batch that is being written has its time already, and may take up to two minutes to be seen. */
const settledMs = 150_000;

const columns = [
  ...([
    "createTime",
    "id",
    "kind",
    "customerId",
    "toCustomerId",
    "counterAccount",
    "amount",
    "currency",
  ] as const),
  ...(["key", "source", "description", "userId", "refundOf", "holdId", "reversalOf", "createdBy"] as const),
];

/**
 * Writes the transfers of a period, newest first, a page in memory at a time, and on standard error how many they are and the
 * digest of what was written. Nothing of a transfer ever changes, so a period that is over comes out the same each time.
 */
export async function exportTransfers(
  ledger: Transport,
  { organization, from, to, format, json }: ExportOptions,
  { stdout, stderr }: Pick<Surroundings, "stdout" | "stderr">,
): Promise<void> {
  const client = createClient(LedgerService, ledger);
  const endTime = to ?? timestampFromDate(new Date());
  const isOver = timestampMs(endTime) <= Date.now() - settledMs;
  const period = { ...(from === undefined ? {} : { startTime: from }), endTime };
  const hash = createHash("sha256");
  const write = (text: string) => {
    hash.update(text);
    stdout.write(text);
  };
  if (format === "csv") write(`${csvRow(columns)}\r\n`);
  let transfers = 0;
  let pageToken = "";
  const display = new ProgressDisplay({ stderr });
  try {
    do {
      const page = await client.listTransfers({ organization, ...period, pageSize: 1_000, pageToken });
      write(
        page.transfers
          .map(format === "csv" ? rowOf : (transfer) => jsonLineOf(TransferSchema, transfer))
          .join(""),
      );
      transfers += page.transfers.length;
      // Between rows on a terminal it would be in the way, and as JSON standard error has one line.
      if (!json && stdout.isTTY !== true) display.show({ done: transfers, says: `${transfers} transfers` });
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
  } finally {
    display.end();
  }
  const sha256 = hash.digest("hex");
  const end = isOver ? "" : " The period may not be over: another export may have more.";
  stderr.write(
    json
      ? `${JSON.stringify({ transfers, sha256, isOver })}\n`
      : `Exported ${transfers} transfers, SHA-256 ${sha256}.${end}\n`,
  );
}

function rowOf(transfer: Transfer): string {
  const cells = {
    ...transfer,
    createTime: timeOf(transfer.createTime),
    kind: TransferKind[transfer.kind].toLowerCase(),
  };
  return `${csvRow(columns.map((name) => cells[name]))}\r\n`;
}
