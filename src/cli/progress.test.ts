import { Writable } from "node:stream";
import { ProgressDisplay } from "./progress.ts";

/** What stands for a terminal, and what is written to it. */
function screen(isTTY: boolean) {
  const written: string[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      written.push(String(chunk));
      done();
    },
  });
  return {
    written,
    stderr: Object.assign(stream, { fd: 2, isTTY, columns: 120, cursorTo() {}, clearLine() {} }),
  };
}

it("is a line now and then where there is no terminal, and none of what is over soon", () => {
  const { stderr, written } = screen(false);
  let now = 0;
  const display = new ProgressDisplay({ stderr }, { now: () => now, isTerminal: false });
  for (const [at, done] of [
    [0, 1],
    [999, 2],
    [1_000, 3],
    [1_500, 4],
    [2_000, 5],
  ] as const) {
    now = at;
    display.show({ done, total: 5, says: `${done} of 5` });
  }
  display.end();
  expect(written).toEqual(["3 of 5\n", "5 of 5\n"]);
});

it("is a line for each step where one may take long", () => {
  const { stderr, written } = screen(false);
  const display = new ProgressDisplay({ stderr }, { now: () => 0, isTerminal: false, lineMs: 0 });
  for (const says of ["first", "second"]) display.show({ done: 0, says });
  expect(written).toEqual(["first\n", "second\n"]);
});

it.each([
  ["a bar, a rate and the time that is left", 40, /\[=+-+\] 25% 10 of 40, 5\/s, \S+ left/],
  ["a rate where the end is not known", undefined, /^10 of 40, 5\/s$/m],
])("is on a terminal %s", (_what, total, line) => {
  const { stderr, written } = screen(true);
  let now = 0;
  const display = new ProgressDisplay({ stderr }, { now: () => now, isTerminal: true });
  now = 2_000;
  display.show({ done: 10, ...(total === undefined ? {} : { total }), says: "10 of 40" });
  display.end();
  expect(written.join("\n")).toMatch(line);
});
