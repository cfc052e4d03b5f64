import { ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { boundTimeout, grpcTimeout } from "./timeout.ts";

const hourMs = 3_600_000;

describe("boundTimeout", () => {
  it.each([
    ["grpc-timeout", "99999999H", "3600S"],
    ["grpc-timeout", "61M", "3600S"],
    ["grpc-timeout", "3600001m", "3600S"],
    ["connect-timeout-ms", "3600001", "3600000"],
    ["connect-timeout-ms", "9999999999", "3600000"],
  ])("cuts %s %s to %s", (name, value, cut) => {
    const header = new Headers({ [name]: value });
    boundTimeout(header, hourMs);
    expect(header.get(name)).toBe(cut);
  });

  it.each(["grpc-timeout", "connect-timeout-ms"])(
    "shortens the text of a %s that is far from one",
    (name) => {
      const header = new Headers({ [name]: "1".repeat(12_000) });
      boundTimeout(header, hourMs);
      expect(header.get(name)).toBe("1".repeat(32));
    },
  );

  it.each([
    ["grpc-timeout", "1H"],
    ["grpc-timeout", "3600S"],
    ["grpc-timeout", "0m"],
    ["grpc-timeout", "123456789S"],
    ["connect-timeout-ms", "3600000"],
    ["connect-timeout-ms", "soon"],
    ["connect-timeout-ms", ""],
    ["x-timeout", "99999999H"],
  ])("leaves %s %s as it is", (name, value) => {
    const header = new Headers({ [name]: value });
    boundTimeout(header, hourMs);
    expect([...header]).toEqual([[name, value]]);
  });
});

it.each([
  ["99999999H", hourMs],
  ["1H", hourMs],
  ["20m", 20],
  [null, undefined],
])("grpcTimeout of %s is %s ms", (value, timeoutMs) => {
  const header = new Headers(value === null ? {} : { "grpc-timeout": value });
  expect(grpcTimeout(header, hourMs).timeoutMs).toBe(timeoutMs);
});

it.each(["2s", "soon", ""])("grpcTimeout of %j is an error that says the form", (value) => {
  const { error } = grpcTimeout(new Headers({ "grpc-timeout": value }), hourMs);
  expect(error?.findDetails(ErrorInfoSchema)).toMatchObject([{ reason: "MALFORMED_TIMEOUT" }]);
  expect(error?.rawMessage).toBe(
    "the header grpc-timeout takes a whole number with a unit of H, M, S, m, u or n, such as 2500m",
  );
});
