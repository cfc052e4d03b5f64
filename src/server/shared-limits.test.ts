import { defaultLimits } from "./limits.ts";
import { limitsOfOne } from "./shared-limits.ts";

const mebibyte = 1024 * 1024;

describe("the limits of one of several processes", () => {
  it("are all of them where it is alone", () => {
    expect(limitsOfOne(defaultLimits, 1)).toEqual(defaultLimits);
  });

  it("come to the limits of all, but for what is one connection's", () => {
    const { connectionsMax, connectionsPerAddressMax, openStreamsMax, unfinishedBytesMax, ...rest } =
      limitsOfOne(defaultLimits, 3);
    expect([connectionsMax, connectionsPerAddressMax, openStreamsMax]).toEqual([3_334, 334, 334]);
    expect(unfinishedBytesMax).toBe(Math.ceil((512 * mebibyte) / 3));
    expect(rest).toMatchObject({
      streamsPerSessionMax: 100,
      requestBytesMax: 4 * mebibyte,
      graceMs: 10_000,
    });
  });

  it("leave a client with one connection what that may have, however many there are", () => {
    const { unfinishedBytesPerConnectionMax: ofConnection, ...limits } = limitsOfOne(defaultLimits, 16);
    const { unfinishedBytesPerAddressMax, unfinishedBytesMax, waitingBytesPerAddressMax } = limits;
    const { unreadAnswerBytesPerAddressMax, unreadAnswerBytesMax, waitingBytesMax } = limits;
    expect([unfinishedBytesPerAddressMax, unfinishedBytesMax]).toEqual([ofConnection, ofConnection]);
    expect([waitingBytesPerAddressMax, waitingBytesMax]).toEqual([ofConnection, ofConnection]);
    expect([unreadAnswerBytesPerAddressMax, unreadAnswerBytesMax]).toEqual([ofConnection, ofConnection]);
  });
});
