import { boundTimeout } from "./timeout.ts";

describe("boundTimeout", () => {
  it.each([
    ["grpc-timeout", "99999999H", "596H"],
    ["grpc-timeout", "597H", "596H"],
    ["grpc-timeout", "99999999M", "596H"],
    ["connect-timeout-ms", "2147483648", "2147483647"],
    ["connect-timeout-ms", "9999999999", "2147483647"],
  ])("shortens %s %s to %s", (name, value, shortened) => {
    const header = new Headers({ [name]: value });
    boundTimeout(header);
    expect(header.get(name)).toBe(shortened);
  });

  it.each(["grpc-timeout", "connect-timeout-ms"])("cuts a %s that is far from one", (name) => {
    const header = new Headers({ [name]: "1".repeat(12_000) });
    boundTimeout(header);
    expect(header.get(name)).toBe("1".repeat(32));
  });

  it.each([
    ["grpc-timeout", "596H"],
    ["grpc-timeout", "2147483S"],
    ["grpc-timeout", "0m"],
    ["grpc-timeout", "123456789S"],
    ["connect-timeout-ms", "2147483647"],
    ["connect-timeout-ms", "soon"],
    ["connect-timeout-ms", ""],
    ["x-timeout", "99999999H"],
  ])("leaves %s %s as it is", (name, value) => {
    const header = new Headers({ [name]: value });
    boundTimeout(header);
    expect([...header]).toEqual([[name, value]]);
  });
});
