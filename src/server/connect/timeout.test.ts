import { boundTimeout, shortenTimeout } from "./timeout.ts";

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

  it("gives a call that may last as long as there is, where it has no deadline", () => {
    const header = new Headers();
    expect(boundTimeout(header, hourMs)).toBeUndefined();
    expect([...header]).toEqual([]);
    expect(boundTimeout(header, hourMs, true)).toBe(hourMs);
    expect([header.get("grpc-timeout"), header.get("connect-timeout-ms")]).toEqual(["3600S", "3600000"]);
    const asked = new Headers({ "grpc-timeout": "5S" });
    expect(boundTimeout(asked, hourMs, true)).toBe(5_000);
    // One of Connect looks for no deadline of gRPC.
    expect([...asked]).toEqual([
      ["connect-timeout-ms", "3600000"],
      ["grpc-timeout", "5S"],
    ]);
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
  ["grpc-timeout", "5S", "4750m"],
  ["grpc-timeout", "200m", "0S"],
  ["connect-timeout-ms", "1000", "750"],
  ["connect-timeout-ms", "soon", "soon"],
])("takes what is over from %s %s", (name, value, left) => {
  const header = new Headers({ [name]: value });
  shortenTimeout(header, 250.4);
  expect([...header]).toEqual([[name, left]]);
});
