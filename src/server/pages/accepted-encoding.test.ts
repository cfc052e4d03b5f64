import { acceptedEncoding } from "./accepted-encoding.ts";

const text = { sizes: { identity: 100, gzip: 40, br: 30 } };
const picture = { sizes: { identity: 100 } };

describe("the encoding of a page", () => {
  it.each([
    [undefined, "identity"],
    ["", "identity"],
    ["gzip, deflate, br, zstd", "br"],
    ["gzip, deflate", "gzip"],
    ["GZIP", "gzip"],
    ["br;q=0.5, gzip", "gzip"],
    ["br;q=0, *", "gzip"],
    ["*", "br"],
    ["*;q=0", "identity"],
    ["identity, br;q=0.9", "identity"],
    ["identity;q=0.5, br;q=0.5", "br"],
    ["br; q=high", "identity"],
    ["zstd", "identity"],
    [",,;q=1,", "identity"],
  ])("for %s is %s", (accept, encoding) => {
    expect(acceptedEncoding(text, accept)).toBe(encoding);
  });

  it("is the one that there is", () => {
    expect(acceptedEncoding(picture, "br, gzip")).toBe("identity");
    expect(acceptedEncoding(picture, "br, gzip, identity;q=0")).toBe("identity");
  });
});
