import { Code, createContextValues } from "@connectrpc/connect";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { LedgerService } from "../../../gen/tallystick/v1/ledger_pb.ts";
import type { CallEnd } from "../../server/calls.ts";
import { CallSpans } from "./call-spans.ts";

const method = LedgerService.method.getBalance;
const ended: CallEnd = {
  ...{ method, protocol: "grpc" as const, code: Code.FailedPrecondition, reason: "X", durationMs: 1 },
  ...{ requestId: "", address: "", rest: undefined, values: undefined, header: () => undefined },
};

let spans: CallSpans;
const drawn = jest.spyOn(Math, "random");
beforeEach(() => {
  spans = new CallSpans(new BasicTracerProvider().getTracer("test"), 0.5);
});
afterAll(() => drawn.mockRestore());

it.each([
  ["that is drawn", 0.4, 1],
  ["that is not drawn", 0.6, 0],
])("draws once for a call %s, also where it fails", (_what, chance, count) => {
  const values = createContextValues();
  drawn.mockReset().mockReturnValue(chance);
  spans.begin({ method, requestHeader: new Headers(), values });
  drawn.mockReturnValue(0);
  spans.ended({ ...ended, values });
  expect(spans.endedCount).toBe(count);
});

it.each([
  [0.4, 1],
  [0.6, 0],
])("draws for a call that was refused before it came in", (chance, count) => {
  drawn.mockReset().mockReturnValueOnce(chance);
  spans.ended(ended);
  expect(spans.endedCount).toBe(count);
});
