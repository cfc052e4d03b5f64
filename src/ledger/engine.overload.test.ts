import { engine, idsOf, newEngine, settlement, submit, turn, verdictOf } from "./engine.fixture.ts";

const overloaded = { refusal: { reason: "OVERLOADED" } };
const bounds = { commandsMax: 120, bytesMax: 64 * 1024 * 1024, waitMsMax: 60_000 };

beforeEach(() => newEngine({ queue: bounds }));
afterEach(async () => {
  settlement.automatic = () => undefined;
  for (const each of [...settlement.underWay]) each.succeed();
  while (engine.figures().queue.commands > 0) await turn();
});

/** Fills the lanes of an organization, so that whatever else it asks for waits. */
async function occupy(orgId = "org"): Promise<void> {
  submit("first", { orgId, account: orgId }).catch(() => undefined);
  await turn();
}

/** How many of so many are let in, which then wait. */
async function admitted(count: number, options: Parameters<typeof submit>[1]): Promise<number> {
  const before = engine.figures().shed.full;
  for (let n = 0; n < count; n += 1) submit(`${n}`, options).catch(() => undefined);
  return count - (engine.figures().shed.full - before);
}

describe("what waits", () => {
  it("is half of the room where one organization floods it, which takes more when fewer wait", async () => {
    await occupy();
    expect(await admitted(500, {})).toBe(59);
    await expect(submit("too many")).rejects.toMatchObject(overloaded);
    expect(await admitted(1, { orgId: "other", account: "b" })).toBe(1);
    settlement.automatic = () => undefined;
    settlement.underWay[0]?.succeed();
    while (engine.figures().lanes.busy > 0) await turn();
    expect(await submit("later")).toEqual(verdictOf("later"));
  });

  it("is fairly shared by several that flood it, with as much left for one that does not", async () => {
    const floods = ["A", "B", "C"];
    for (const orgId of floods) await occupy(orgId);
    // One after another, so that the first are not stopped by the last.
    for (let round = 0; round < 40; round += 1)
      for (const orgId of floods) await admitted(10, { orgId, account: orgId });
    expect(engine.figures().queue.commands).toBeLessThan(90);
    expect(await admitted(10, { orgId: "light", account: "d" })).toBe(10);
  });

  it("is no more than there is room for, whoever asks", async () => {
    for (let n = 0; n < 120; n += 1) submit("x", { orgId: `${n}`, account: "a" }).catch(() => undefined);
    await expect(submit("one more", { orgId: "another" })).rejects.toMatchObject(overloaded);
  });

  it("takes 64 MiB, or half of that of one organization", async () => {
    await occupy();
    const half = 32 * 1024 * 1024 - 1;
    const waiting = submit("large", { bytes: half });
    await expect(submit("small")).rejects.toMatchObject(overloaded);
    const other = submit("other", { orgId: "other", account: "b", bytes: half + 1 });
    await expect(submit("third", { orgId: "third" })).rejects.toMatchObject(overloaded);
    settlement.automatic = () => undefined;
    settlement.underWay[0]?.succeed();
    expect(await Promise.all([waiting, other])).toHaveLength(2);
  });
});

describe("a caller in a hurry", () => {
  const departureIn = (ms: number) => ({ aborted: false, reason: undefined, timeoutMs: () => ms });
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  it("is let in again and again where all that waits is on an account that is locked", async () => {
    settlement.automatic = ({ batch }) => idsOf({ batch }).filter((id) => id.startsWith("locked"));
    const locked = ["locked 1", "locked 2"].map((id) => submit(id, { account: "locked" }));
    for (let n = 0; n < 12; n += 1) {
      const id = `${n}`;
      await pause(20);
      expect(await submit(id, { account: "other", departure: departureIn(1) })).toEqual(verdictOf(id));
    }
    expect(engine.figures().shed.too_late).toBe(0);
    settlement.automatic = () => undefined;
    expect(await Promise.all(locked)).toHaveLength(2);
  });

  it("is refused where more wait before it than are taken in its time, unlike one who has more", async () => {
    newEngine();
    await occupy();
    for (let n = 0; n < 3_000; n += 1) submit(`${n}`).catch(() => undefined);
    for (let batch = 0; batch < 3; batch += 1) {
      await pause(60);
      settlement.underWay[0]?.succeed();
      await turn();
    }
    await expect(submit("hurried", { departure: departureIn(1) })).rejects.toMatchObject(overloaded);
    expect(engine.figures().shed).toEqual({ full: 0, too_late: 1, overdue: 0 });
    settlement.automatic = () => undefined;
    settlement.underWay[0]?.succeed();
    expect(await submit("patient", { departure: departureIn(60_000) })).toEqual(verdictOf("patient"));
  });
});

describe("what has waited for too long", () => {
  it("gives back its room, in which as many find place", async () => {
    newEngine({ queue: { ...bounds, waitMsMax: 60 } });
    await occupy();
    const room = await admitted(120, {});
    while (engine.figures().queue.commands > 0) await new Promise((resolve) => setTimeout(resolve, 3));
    expect(engine.figures().shed.overdue).toBe(room);
    expect(await admitted(120, {})).toBe(room);
  });

  it("is refused, though every lane is busy, and what comes after it waits on", async () => {
    newEngine({ queue: { ...bounds, waitMsMax: 60 } });
    await occupy();
    const old = submit("old");
    await expect(old).rejects.toMatchObject(overloaded);
    expect(engine.figures()).toMatchObject({ queue: { commands: 0 }, shed: { full: 0, overdue: 1 } });
    const fresh = submit("fresh");
    settlement.automatic = () => undefined;
    settlement.underWay[0]?.succeed();
    expect(await fresh).toEqual(verdictOf("fresh"));
  });

  it("is not refused where it was tried before: that may have been done", async () => {
    newEngine({ queue: { ...bounds, waitMsMax: 20 } });
    settlement.automatic = ({ waits }) => (waits === "in line" ? undefined : ["x"]);
    expect(await submit("x")).toEqual(verdictOf("x"));
    expect(engine.figures().shed.overdue).toBe(0);
  });
});

it("takes the place of callers who have gone in no batch", async () => {
  await occupy();
  const leaving = new AbortController();
  const gone = Array.from({ length: 30 }, (_, n) => submit(`gone ${n}`, { departure: leaving.signal }));
  for (const each of gone) each.catch(() => undefined);
  const staying = submit("staying");
  leaving.abort(new Error("gone"));
  settlement.underWay[0]?.succeed();
  await turn();
  expect(settlement.batches.at(-1)).toEqual(["staying"]);
  settlement.underWay[0]?.succeed();
  expect(await staying).toEqual(verdictOf("staying"));
});
