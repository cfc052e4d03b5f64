import { readTimeoutMs } from "./timeout.ts";

describe("readTimeoutMs", () => {
  it.each([
    [{}, 60_000],
    [{ "x-server-timeout": "1.5" }, 1_500],
    [{ "x-server-timeout": "0" }, 0],
    [{ "x-server-timeout": "999999999" }, 60_000],
    [{ "connect-timeout-ms": "250" }, 250],
    [{ "grpc-timeout": "2S" }, 2_000],
    [{ "grpc-timeout": "1M" }, 60_000],
    [{ "grpc-timeout": "300m" }, 300],
    [{ "grpc-timeout": "5u" }, 1],
    [{ "grpc-timeout": "99999999H" }, 60_000],
    [{ "x-server-timeout": "2", "grpc-timeout": "1S" }, 1_000],
  ])("%j is %d ms", (header, timeoutMs) => {
    expect(readTimeoutMs(new Headers(header), 60_000)).toBe(timeoutMs);
  });

  it.each([
    ["x-server-timeout", "-1"],
    ["x-server-timeout", "1s"],
    ["x-server-timeout", "1e3"],
    ["x-server-timeout", ""],
    ["connect-timeout-ms", "1.5"],
    ["grpc-timeout", "10"],
    ["grpc-timeout", "123456789S"],
  ])("refuses %s: %j", (name, value) => {
    expect(() => readTimeoutMs(new Headers({ [name]: value }), 60_000)).toThrow(
      new RegExp(`^\\[invalid_argument\\] the header ${name} takes .*, such as \\d`),
    );
  });
});
