import { v4 as uuidv4 } from "uuid";
import { Refused } from "../../domain/refusal.ts";
import {
  type ChangeCursor,
  cursorOf,
  type Listing,
  snapshotBytesMax,
  tokenCharactersMax,
  tokenOf,
} from "./change-cursor.ts";
import { whileShort } from "./short-snapshot.ts";
import { type Snapshot, snapshotOf } from "./snapshot.ts";

const listing: Listing & { readonly of: object } = {
  epoch: uuidv4(),
  of: { orgId: uuidv4(), filter: { kind: "charge" } },
};
const before = snapshotOf("700:1000000005:700,701,999999999");
const target = snapshotOf("1000000005:1000000005:");
const cursors: readonly ChangeCursor[] = [
  { before, inside: null },
  { before: null, inside: { target, position: 0, answered: 0 } },
  { before, inside: { target, position: 2 ** 53 - 1, answered: 999 } },
];

describe("a page token", () => {
  it.each(cursors)("tells its cursor again: %#", (cursor) => {
    expect(cursorOf(tokenOf(cursor, listing), listing)).toEqual(cursor);
  });

  it("is the beginning where it is empty", () => {
    expect(cursorOf("", listing)).toEqual({ before: null, inside: null });
  });

  it.each([
    ["of another database's life", { ...listing, epoch: uuidv4() }, "restored"],
    ["of another organization", { ...listing, of: { ...listing.of, orgId: uuidv4() } }, "another listing"],
    ["with another filter", { ...listing, of: { ...listing.of, filter: {} } }, "another listing"],
  ])("is refused %s", (_, other, words) => {
    for (const cursor of cursors) expect(refusalOf(tokenOf(cursor, listing), other)).toContain(words);
  });

  it("is refused with any byte missing, more, or changed into another cursor's form", () => {
    for (const cursor of cursors) {
      const bytes = Buffer.from(tokenOf(cursor, listing), "base64url");
      for (let length = 0; length < bytes.length; length += 1) {
        const cut = bytes.subarray(0, length).toString("base64url");
        if (cut !== "") expect(refusalOf(cut, listing)).toContain("page token");
      }
      expect(refusalOf(Buffer.concat([bytes, Buffer.of(0)]).toString("base64url"), listing)).toContain(
        "more",
      );
    }
  });

  it.each(["garbage", "v12", "!", "a".repeat(100_000), `${tokenOf(cursors[0] as ChangeCursor, listing)}=`])(
    "is refused where nobody answered it: %.20s",
    (token) => {
      expect(refusalOf(token, listing)).toContain("is not a page token");
    },
  );

  it("fits with two snapshots as large as they may be", () => {
    const large = largest();
    const token = tokenOf(
      { before: large, inside: { target: large, position: 2 ** 53 - 1, answered: 1_000_000 } },
      listing,
    );
    expect(token.length).toBeLessThanOrEqual(tokenCharactersMax);
    expect(token.length).toBeGreaterThan(tokenCharactersMax - 200);
    expect(cursorOf(token, listing).before).toEqual(large);
  });
});

describe("a snapshot for a token", () => {
  it("is waited for while those that are taken are too large", async () => {
    const taken = [running(snapshotBytesMax + 1), running(snapshotBytesMax), target];
    const look = jest.fn(async () => ({ snapshot: taken.shift() as Snapshot, left: taken.length }));
    expect(await whileShort(look)).toEqual({ snapshot: target, left: 0 });
    expect(look).toHaveBeenCalledTimes(3);
  });

  it("is waited for no longer than the caller does", async () => {
    const left = new AbortController();
    const look = async () => {
      left.abort(new Error("gone"));
      return { snapshot: running(snapshotBytesMax) };
    };
    await expect(whileShort(look, left.signal)).rejects.toThrow();
  });
});

/** So many transactions that run, a byte each beside the first. */
function running(count: number): Snapshot {
  const list = Array.from({ length: count }, (_, index) => 1_000n + BigInt(index) * 2n);
  return { xmax: 1_000n + BigInt(count) * 2n, running: list };
}

function largest(): Snapshot {
  return running(snapshotBytesMax - 8);
}

function refusalOf(token: string, of: Listing): string {
  try {
    cursorOf(token, of);
  } catch (error) {
    if (!(error instanceof Refused) || error.refusal.reason !== "INVALID_FIELDS") throw error;
    const [violation] = error.refusal.violations;
    if (violation?.field === "page_token") return violation.description;
  }
  throw new Error("the token was not refused");
}
