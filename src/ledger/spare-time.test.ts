import { type Clock, whenTimeToSpare } from "./spare-time.ts";

/** A clock of a process that is busy for a part of its time. */
class ManualClock implements Clock {
  private ms = 1_000;
  private readonly waiting: { readonly at: number; readonly callback: () => void }[] = [];

  constructor(private readonly busyPart: number) {}

  now(): number {
    return this.ms;
  }

  idle(): number {
    return this.ms * (1 - this.busyPart);
  }

  later(callback: () => void, ms: number): void {
    this.waiting.push({ at: this.ms + ms, callback });
  }

  pass(): void {
    this.ms += 1;
    const due = this.waiting.filter(({ at }) => at <= this.ms);
    for (const one of due) {
      this.waiting.splice(this.waiting.indexOf(one), 1);
      one.callback();
    }
  }
}

it.each([
  ["had nothing to do", 0, 4],
  ["was busy for half of it", 0.5, 8],
  ["was busy for most of it", 0.8, 16],
  ["was busy all the time", 1, 32],
])("calls back once, of a process that %s, in time", (_, busyPart, ms) => {
  const clock = new ManualClock(busyPart);
  const called: number[] = [];
  whenTimeToSpare(() => called.push(clock.now() - 1_000), clock);
  for (let passed = 0; passed < 100; passed += 1) clock.pass();
  expect(called).toEqual([ms]);
});

it("goes by the clock of this process", async () => {
  await new Promise<void>((resolve) => whenTimeToSpare(resolve));
});
