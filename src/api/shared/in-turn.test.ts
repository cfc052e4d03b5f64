import { once } from "node:events";
import { noteLeft } from "../../bounds/left-work.ts";
import { type Room, SharedRoom } from "../../bounds/turn-room.ts";
import { Turns } from "../../bounds/turns.ts";
import type { Call } from "./call.ts";
import { type Asking, inTurn, listInTurn, pageInTurn } from "./in-turn.ts";

/** Calls that ask for a page at once, of which each read is answered when the test says so. */
function world(room: number | Room) {
  const app = { lists: new Turns(room), documentPages: new Turns(room) };
  const departure = { aborted: false, reason: undefined };
  const reads: { readonly of: string; readonly answer: (rows: readonly number[]) => void }[] = [];
  const done: string[] = [];
  return {
    app,
    reads,
    done,
    /** @param name who asks, of which organization, and which list, such as `ann@acme 1`; the platform's `root` asks in that organization */
    async ask(name: string): Promise<void> {
      const [actor = ""] = name.split(" ");
      const [, id = ""] = actor.split("@");
      const caller = actor.startsWith("root") ? { actor: "root", orgId: null } : { actor, orgId: id };
      const asking = { app, departure, caller, organizationIfNamed: { id } } as unknown as Asking;
      await pageInTurn<number, number, string>(asking, {
        rowsMax: 1_000,
        past: undefined,
        read: () => new Promise((answer) => reads.push({ of: name, answer })),
        placeOf: (row) => row,
        message: String,
      });
      done.push(name);
    },
  };
}

const portion = Array.from({ length: 128 }, (_, index) => index);

describe("pageInTurn", () => {
  it("begins no further page while others are half read", async () => {
    const { reads, done, ask } = world(2);
    const asked = ["ann 1", "ann 2", "ann 3"].map(ask);
    await Promise.resolve();
    expect(reads.map(({ of }) => of)).toEqual(["ann 1", "ann 2"]);
    for (const { answer } of reads.splice(0)) answer(portion);
    await new Promise(setImmediate);
    expect(reads.map(({ of }) => of)).toEqual(["ann 1", "ann 2"]);
    reads.shift()?.answer([]);
    await asked[0];
    await new Promise(setImmediate);
    expect(reads.map(({ of }) => of)).toEqual(["ann 2", "ann 3"]);
    for (const { answer } of reads.splice(0)) answer([]);
    await Promise.all(asked);
    expect(done).toEqual(["ann 1", "ann 2", "ann 3"]);
  });

  it("gives each caller its turn, however many pages another one has asked for", async () => {
    const { reads, ask, done } = world(1);
    const asked = ["ann 1", "ann 2", "ann 3", "ann 4", "bob 1"].map(ask);
    for (let ended = 0; ended < asked.length; ended += 1) {
      await new Promise(setImmediate);
      reads.shift()?.answer([]);
    }
    await Promise.all(asked);
    expect(done.indexOf("bob 1")).toBeLessThan(3);
  });

  it("gives each organization its turn, however many callers of another one ask", async () => {
    const { reads, ask, done } = world(1);
    const asked = ["ann@a 1", "abe@a 1", "amy@a 1", "ada@a 1", "bob@b 1"].map(ask);
    for (let ended = 0; ended < asked.length; ended += 1) {
      await new Promise(setImmediate);
      reads.shift()?.answer([]);
    }
    await Promise.all(asked);
    expect(done.indexOf("bob@b 1")).toBeLessThan(3);
  });

  it("leaves places to organizations, of however many of them a caller of the platform asks", async () => {
    const { reads, ask } = world(new SharedRoom(16));
    const asked = Array.from({ length: 20 }, (_, index) => ask(`root@${index} 1`));
    const own = ["bob@0 1", "bob@1 1", "bob@2 1"].map(ask);
    await new Promise(setImmediate);
    expect(reads.filter(({ of }) => of.startsWith("bob"))).toHaveLength(own.length);
    while (reads.length > 0) {
      reads.shift()?.answer([]);
      await new Promise(setImmediate);
    }
    await Promise.all([...asked, ...own]);
  });
});

it.each([
  ["lists", listInTurn],
  ["documents", inTurn],
])(
  "begins nothing for others while the database is still at what a caller who has left asked of it (%s)",
  async (_, take) => {
    const { app } = world(1);
    const leaving = new AbortController();
    const { signal } = leaving;
    const call = {
      app,
      caller: { actor: "ann", orgId: "" },
      organization: { id: "" },
      departure: signal,
      signal,
    };
    let end: (value: unknown) => void = () => undefined;
    const asked = async () => {
      await once(signal, "abort");
      noteLeft(
        signal,
        new Promise((ended) => {
          end = ended;
        }),
      );
      throw new Error("gone");
    };
    const left = take(call as unknown as Call, asked).catch(({ message }: Error) => message);
    const going = { ...call, departure: { aborted: false, reason: undefined } };
    let hasBegun = false;
    const next = take(going as unknown as Call, async () => {
      hasBegun = true;
    });
    await new Promise(setImmediate);
    leaving.abort();
    for (let round = 0; round < 3; round += 1) await new Promise(setImmediate);
    expect(hasBegun).toBe(false);
    end(undefined);
    expect(await left).toBe("gone");
    await next;
  },
);
