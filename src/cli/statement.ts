import { createClient, type Transport } from "@connectrpc/connect";
import { LedgerService, StatementFormat } from "../../gen/tallystick/v1/ledger_pb.ts";
import { type Period, periodOf } from "./period.ts";
import type { Surroundings } from "./surroundings.ts";

export interface StatementOptions extends Period {
  readonly organization: string;
  readonly currency: string;
  readonly format: "csv" | "html";
}

const formats = { csv: StatementFormat.CSV, html: StatementFormat.HTML };

/** Writes a document as it comes. */
export async function writeStatement(
  ledger: Transport,
  customer: string,
  { organization, currency, format, ...period }: StatementOptions,
  { stdout }: Pick<Surroundings, "stdout">,
): Promise<void> {
  const asked = { organization, customer, currency, ...periodOf(period), format: formats[format] };
  const decoder = new TextDecoder();
  for await (const { data } of createClient(LedgerService, ledger).downloadStatement(asked))
    stdout.write(decoder.decode(data, { stream: true }));
}
