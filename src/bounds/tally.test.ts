import { Tally } from "./tally.ts";

it("counts by name, and what is beyond its names under one", () => {
  const tally = new Tally(2);
  for (const name of ["A", "B", "A", "C", "D", "B"]) tally.add(name);
  expect([...tally.counts]).toEqual([
    ["A", 2],
    ["B", 2],
    ["OTHER", 2],
  ]);
});
