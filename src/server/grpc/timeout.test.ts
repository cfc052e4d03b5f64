import { ErrorInfoSchema } from "../../../gen/google/rpc/error_details_pb.ts";
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

it.each(["2s", "soon", "", "123456789m"])("grpcTimeout of %j is an error that says the form", (value) => {
  const { error } = grpcTimeout(new Headers({ "grpc-timeout": value }), hourMs);
  expect(error?.findDetails(ErrorInfoSchema)).toMatchObject([{ reason: "MALFORMED_TIMEOUT" }]);
  expect(error?.rawMessage).toBe(
    "the header grpc-timeout takes a whole number, of up to 8 digits, with a unit of H, M, S, m, u or n, such as 2500m",
  );
});
