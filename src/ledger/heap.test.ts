import fc from "fast-check";
import { Heap } from "./heap.ts";

it("gives the lowest first, whatever is put in and taken between", () => {
  const steps = fc.array(fc.option(fc.integer()), { maxLength: 100 });
  fc.assert(
    fc.property(steps, (numbers) => {
      const heap = new Heap<{ order: number }>();
      const expected: number[] = [];
      const take = () => {
        expect(heap.pop()?.order).toBe(expected.sort((a, b) => a - b).shift());
      };
      for (const order of numbers) {
        if (order === null) take();
        else {
          heap.push({ order });
          expected.push(order);
        }
      }
      for (let left = expected.length; left >= 0; left -= 1) take();
    }),
  );
});
