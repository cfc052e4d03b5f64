import { Turns } from "../../bounds/turns.ts";
import type { Asking } from "../shared/in-turn.ts";
import { allOnOnePage, numberedMessages, type Window } from "./numbered-page.ts";

const asking = {
  ...{ app: { lists: new Turns(1) }, caller: { actor: "", orgId: null, role: "reader" } },
  departure: { aborted: false, reason: undefined },
} as unknown as Asking;

/** Numbers, the highest first, of which one more comes with each read. */
function growing(count: number) {
  let newest = count;
  const windows: Window<number>[] = [];
  const read = async (window: Window<number>) => {
    windows.push(window);
    const { offset, past, rowsMax } = window;
    const rows = Array.from({ length: newest }, (_, index) => newest - index);
    newest += 1;
    return rows.filter((row) => past === undefined || row < past).slice(offset, offset + rowsMax);
  };
  return { windows, of: { read, placeOf: (row: number) => row, message: (row: number) => row } };
}

const down = (from: number, rows: number) => Array.from({ length: rows }, (_, index) => from - index);

it("has each row once where others come before it while it is read", async () => {
  const { windows, of } = growing(900);
  expect(await numberedMessages(asking, allOnOnePage, of)).toEqual(down(900, 900));
  expect(windows.length).toBeGreaterThan(1);
});

it("begins so many rows on", async () => {
  const { windows, of } = growing(900);
  expect(await numberedMessages(asking, { offset: 200, rowsMax: 300 }, of)).toEqual(down(700, 300));
  expect(windows.map(({ offset }) => offset)).toEqual([200, ...windows.slice(1).map(() => 0)]);
});
