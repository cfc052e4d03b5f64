import { Code, createClient } from "@connectrpc/connect";
import { createTallystickTransport } from "../../clients/typescript/src/transport.ts";
import { LedgerService } from "../../gen/tallystick/v1/ledger_pb.ts";
import { type Fixture, startServer } from "../../src/server/server.fixture.ts";
import { failureOf } from "../support/failure.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startServer({});
});
afterAll(() => fixture.server.close(0));

it.each([17_000, 60_000, 70_000])("of %d bytes are told as such, and not sent again", async (length) => {
  const transport = createTallystickTransport({ baseUrl: fixture.url, credential: "secret" });
  const ledger = createClient(LedgerService, transport);
  const headers = { "x-large": "a".repeat(length) };
  const exported = () => ledger.exportEntries({}, { headers })[Symbol.asyncIterator]().next();
  const calls = [
    () => ledger.getBalance({}, { headers }),
    () => ledger.getBalance({}, { headers }),
    exported,
  ];
  // The first before the client has heard of a bound, so that the service may say it, the others after.
  for (const call of calls)
    expect(await failureOf(call())).toMatchObject({
      code: Code.ResourceExhausted,
      reason: "HEADER_TOO_LARGE",
      message: expect.stringMatching(
        /^the headers of the call are \d{5} bytes, .*: 16384 unless|^the request's headers are too large$/,
      ),
    });
});

it("of less are looked at", async () => {
  const transport = createTallystickTransport({ baseUrl: fixture.url, credential: "secret" });
  const headers = { "x-large": "a".repeat(15_500) };
  const failure = await failureOf(createClient(LedgerService, transport).getBalance({}, { headers }));
  expect(failure.reason).not.toBe("HEADER_TOO_LARGE");
});
