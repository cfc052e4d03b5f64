import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { v7 as uuidv7 } from "uuid";
import {
  DownloadStatementRequestSchema,
  ExportEntriesRequestSchema,
  LedgerService,
  StatementFormat,
} from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { Turns } from "../../../bounds/turns.ts";
import { Amount } from "../../../domain/amount.ts";
import type { Call } from "../../shared/call.ts";
import { downloadStatement } from "./download-statement.ts";
import { exportEntries } from "./export-entries.ts";

// What takes more rows than a test wants to book, over stores that make them up.

const orgId = uuidv7();
const at = new Date("2026-11-01T00:00:00Z");
const account = {
  ...{ id: uuidv7(), currency: "VC", version: 1, sequence: 1, minimumBalance: null },
  ...{ funded: Amount.of("1"), spent: Amount.zero, withdrawn: Amount.zero, held: Amount.zero },
};
const booking = () => ({
  ...{ id: uuidv7(), key: null, kind: "credit", amount: Amount.of("1"), currency: "VC", source: "" },
  ...{ description: "", userId: "", metadata: {}, asked: null, refersTo: null, returned: null, hold: null },
  from: { at, account: { ...account, owner: { counter: "funding" } } },
  to: { at, account: { ...account, owner: { customerId: uuidv7() } } },
  ...{ createdBy: "", createdAt: at },
});

function callOf(app: object, leftMs?: number): Call {
  return {
    app: {
      documentPages: new Turns(1),
      closing: { ofOrganization: async () => closed, ofCustomer: async () => closed },
      ...app,
    },
    organization: { id: orgId, name: "acme", displayName: "Acme" },
    organizationIfNamed: { id: orgId },
    method: LedgerService.method.exportEntries,
    departure: { timeoutMs: () => leftMs },
    responseHeader: new Headers(),
  } as unknown as Call;
}
const closed = { at, isClosed: true };

describe("an export without end", () => {
  const bookings = {
    list: async ({ rowsMax }: { rowsMax: number }) => ({
      rows: Array.from({ length: rowsMax }, booking),
      lookedTo: undefined,
    }),
  };
  const request = create(ExportEntriesRequestSchema, { endTime: timestampFromMs(0) });

  it("ends by itself, with a token, where the caller's time is near its end", async () => {
    const messages: { nextPageToken?: string }[] = [];
    for await (const message of exportEntries(callOf({ bookings }, 0), request)) messages.push(message);
    expect(messages.map(({ nextPageToken = "" }) => nextPageToken.length > 0)).toEqual([true]);
  });

  it("goes on while there is time", async () => {
    let messages = 0;
    for await (const _ of exportEntries(callOf({ bookings }, 3_600_000), request))
      if (++messages === 5) break;
    expect(messages).toBe(5);
  });
});

describe("a statement of more lines than a document takes", () => {
  const app = (lines: number) => ({
    customers: { find: async () => ({ id: uuidv7(), name: "", email: "" }) },
    statements: {
      totals: async (_: object, before: Date) => ({
        ...account,
        at,
        version: before < at ? 7 : 7 + lines,
      }),
      lines: async () => [],
    },
    accounts: { rowIds: async () => [account.id] },
  });
  const asked = (format: StatementFormat) =>
    create(DownloadStatementRequestSchema, {
      ...{ customer: uuidv7(), currency: "VC", format, startTime: timestampFromMs(0) },
    });
  const made = async (lines: number, format: StatementFormat) => {
    for await (const _ of downloadStatement(callOf(app(lines)), asked(format)));
    return "made";
  };

  it.each([
    [StatementFormat.CSV, 100_000],
    [StatementFormat.HTML, 10_000],
  ])("is refused before its first line, in format %s", async (format, linesMax) => {
    expect(await made(linesMax, format)).toBe("made");
    await expect(made(linesMax + 1, format)).rejects.toThrow(`the period has ${linesMax + 1} lines`);
  });
});
