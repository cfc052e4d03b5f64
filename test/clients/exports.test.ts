import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { exportPages } from "../../clients/typescript/src/export.ts";
import { followTransfers } from "../../clients/typescript/src/follow.ts";
import { ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { LedgerService } from "../../gen/tallystick/v1/ledger_pb.ts";

const broken = new ConnectError("the connection is gone", Code.Unavailable);
const refusedFor = (reason: string, code: Code) =>
  new ConnectError(reason, code, undefined, [
    { desc: ErrorInfoSchema, value: { reason, domain: "tallystick" } },
  ]);

/** A ledger whose calls answer these tokens each, and then fail where an error is said. */
function ledgerOf(calls: readonly (readonly [tokens: readonly string[], error?: ConnectError])[]) {
  const asked: string[] = [];
  const signals: AbortSignal[] = [];
  const answer = (pageToken: string) => {
    const call = calls[asked.length] ?? [[""]];
    asked.push(pageToken);
    return call;
  };
  const transport = createRouterTransport((router) => {
    router.service(LedgerService, {
      async *exportEntries({ pageToken }, { signal }) {
        signals.push(signal);
        const [tokens, error] = answer(pageToken);
        for (const nextPageToken of tokens) yield { nextPageToken };
        if (error !== undefined) throw error;
      },
      async listTransfers({ pageToken }) {
        const [[nextPageToken = ""], error] = answer(pageToken);
        if (error !== undefined) throw error;
        return { nextPageToken, transfers: nextPageToken === pageToken ? [] : [{ amount: nextPageToken }] };
      },
    });
  });
  return { ledger: createClient(LedgerService, transport), asked, signals };
}

describe("exportPages", () => {
  const tokensOf = async (ledger: ReturnType<typeof ledgerOf>["ledger"], timeoutMs?: number) => {
    const tokens: string[] = [];
    const options = timeoutMs === undefined ? {} : { timeoutMs };
    for await (const { nextPageToken } of exportPages(ledger, { pageToken: "0" }, options))
      tokens.push(nextPageToken);
    return tokens;
  };

  it("goes on where a call ended, or was lost, or was refused for the time being", async () => {
    const { ledger, asked } = ledgerOf([
      [["1", "2"]],
      [["3"], broken],
      [[], refusedFor("OVERLOADED", Code.ResourceExhausted)],
      [["4", ""]],
    ]);
    expect(await tokensOf(ledger)).toEqual(["1", "2", "3", "4", ""]);
    expect(asked).toEqual(["0", "2", "3", "3"]);
  });

  it("fails where asking again does not help, or has not helped for long enough", async () => {
    const denied = ledgerOf([[["1"]], [[], refusedFor("PERMISSION_DENIED", Code.PermissionDenied)]]);
    await expect(tokensOf(denied.ledger)).rejects.toThrow("PERMISSION_DENIED");
    const away = ledgerOf([
      [["1"], broken],
      [[], broken],
    ]);
    await expect(tokensOf(away.ledger, 0)).rejects.toThrow("the connection is gone");
    expect(away.asked).toHaveLength(1);
  });

  it("ends the call when its reader leaves", async () => {
    const { ledger, signals } = ledgerOf([[["1", "2", "3"]]]);
    for await (const _ of exportPages(ledger, {})) break;
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it("ends with the signal", async () => {
    const { ledger } = ledgerOf([[["1"], broken]]);
    const ending = new AbortController();
    const pages = exportPages(ledger, {}, { signal: ending.signal });
    await pages.next();
    ending.abort();
    await expect(pages.next()).rejects.toMatchObject({ code: Code.Canceled });
  });
});

it("followTransfers shows what comes, asks on where nothing is new, and ends with the signal", async () => {
  const { ledger, asked } = ledgerOf([[["1"]], [["1"]], [["2"]], [["2"]], [["3"]]]);
  const ending = new AbortController();
  const seen: string[] = [];
  for await (const { nextPageToken } of followTransfers(
    ledger,
    {},
    { intervalMs: 1, signal: ending.signal },
  )) {
    seen.push(nextPageToken);
    if (seen.length === 3) ending.abort();
  }
  expect(seen).toEqual(["1", "2", "3"]);
  expect(asked).toEqual(["", "1", "1", "2", "2"]);
});
