import { Code, ConnectError, createRouterTransport } from "@connectrpc/connect";
import { LedgerService } from "../../gen/tallystick/v1/ledger_pb.ts";
import { errorOf } from "../api/shared/errors.ts";
import { exportedMessages } from "./export-stream.ts";

/** A ledger whose calls answer these tokens each, and then fail where an error is said. */
function ledgerOf(calls: readonly { readonly tokens: readonly string[]; readonly error?: ConnectError }[]) {
  const asked: string[] = [];
  const transport = createRouterTransport((router) => {
    router.rpc(LedgerService.method.exportEntries, async function* ({ pageToken }) {
      const { tokens, error } = calls[asked.length] ?? { tokens: [] };
      asked.push(pageToken);
      for (const nextPageToken of tokens) yield { nextPageToken };
      if (error !== undefined) throw error;
    });
  });
  return { transport, asked };
}

const lost = new ConnectError("the connection is gone", Code.Unavailable);

async function tokensOf(transport: ReturnType<typeof ledgerOf>["transport"]): Promise<string[]> {
  const tokens: string[] = [];
  for await (const { nextPageToken } of exportedMessages(transport, {})) tokens.push(nextPageToken);
  return tokens;
}

it("goes on with the next call where one has ended, or was lost", async () => {
  const { transport, asked } = ledgerOf([
    { tokens: ["1", "2"] },
    { tokens: ["3"], error: lost },
    { tokens: ["4", ""] },
  ]);
  expect(await tokensOf(transport)).toEqual(["1", "2", "3", "4", ""]);
  expect(asked).toEqual(["", "2", "3"]);
});

it.each([
  ["has never answered", [{ tokens: [], error: lost }]],
  [
    "refuses to go on",
    [{ tokens: ["1"] }, { tokens: [], error: new ConnectError("no more", Code.PermissionDenied) }],
  ],
  [
    "would have to look at too much",
    [{ tokens: ["1"] }, { tokens: [], error: errorOf({ reason: "READ_TOO_EXPENSIVE" }) }],
  ],
])("fails at once where a ledger %s", async (_what, calls) => {
  const { transport, asked } = ledgerOf(calls);
  await expect(tokensOf(transport)).rejects.toThrow(calls.at(-1)?.error?.rawMessage);
  expect(asked).toHaveLength(calls.length);
});
