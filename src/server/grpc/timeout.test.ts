import { grpcTimeout } from "./timeout.ts";

const hourMs = 3_600_000;

it.each([
  ["99999999H", hourMs],
  ["1H", hourMs],
  ["20m", 20],
  [null, undefined],
])("grpcTimeout of %s is %s ms", (value, timeoutMs) => {
  const header = new Headers(value === null ? {} : { "grpc-timeout": value });
  expect(grpcTimeout(header, hourMs).timeoutMs).toBe(timeoutMs);
});
