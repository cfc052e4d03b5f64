import { Course, type Step } from "./progress.ts";

it("is as far as the tables are large that it has gone through, also those that it goes through again", () => {
  const steps: Step[] = [];
  const [large, small] = [{ table: "operations" }, { table: "holds" }];
  const sizes = new Map([
    ["operations", 90],
    ["holds", 1],
  ]);
  const course = new Course(sizes, [large, small, large], (step) => steps.push(step));
  course.begin("waiting");
  course.beginWith(large, "spreading it");
  course.beginWith(small, "spreading it");
  course.beginWith(large, "adding a check");
  course.begin("setting jit");
  expect(steps).toEqual([
    { says: "waiting", done: 0, total: 181 },
    { says: "operations: spreading it", done: 0, total: 181 },
    { says: "holds: spreading it", done: 90, total: 181 },
    { says: "operations: adding a check", done: 91, total: 181 },
    { says: "setting jit", done: 181, total: 181 },
  ]);
});
