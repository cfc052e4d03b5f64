import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { createClient, type Transport } from "@connectrpc/connect";
import { LedgerService, StatementFormat } from "../../gen/tallystick/v1/ledger_pb.ts";
import type { Surroundings } from "./surroundings.ts";

export interface StatementOptions {
  readonly organization: string;
  readonly currency: string;
  /** At or after; from the beginning without it. */
  readonly from?: Date;
  /** Before; now without it. */
  readonly to?: Date;
  readonly format: "csv" | "html";
}

const formats = { csv: StatementFormat.CSV, html: StatementFormat.HTML };

/** Writes a document as it comes. */
export async function writeStatement(
  ledger: Transport,
  customer: string,
  { organization, currency, from, to, format }: StatementOptions,
  { stdout }: Pick<Surroundings, "stdout">,
): Promise<void> {
  const period = {
    ...(from && { startTime: timestampFromDate(from) }),
    ...(to && { endTime: timestampFromDate(to) }),
  };
  const asked = { organization, customer, currency, ...period, format: formats[format] };
  const decoder = new TextDecoder();
  for await (const { data } of createClient(LedgerService, ledger).downloadStatement(asked))
    stdout.write(decoder.decode(data, { stream: true }));
}
