import { beatMsInterval, Pulse } from "./pulse.ts";

let pulse: Pulse;
const hangs = jest.fn();
beforeEach(() => {
  jest.useFakeTimers();
  hangs.mockClear();
  pulse = new Pulse(hangs);
});
afterEach(() => {
  pulse.stop();
  jest.useRealTimers();
});

it("says once that a worker hangs, after ten intervals without a beat", () => {
  jest.advanceTimersByTime(9 * beatMsInterval);
  expect(hangs).not.toHaveBeenCalled();
  jest.advanceTimersByTime(beatMsInterval);
  expect(hangs).toHaveBeenCalledTimes(1);
  jest.advanceTimersByTime(20 * beatMsInterval);
  expect(hangs).toHaveBeenCalledTimes(1);
});

it("begins to count anew with each beat", () => {
  for (const _ of [1, 2, 3]) {
    jest.advanceTimersByTime(9 * beatMsInterval);
    pulse.beat();
  }
  expect(hangs).not.toHaveBeenCalled();
});

it("says nothing of one to whom nobody listens any more", () => {
  pulse.stop();
  jest.advanceTimersByTime(20 * beatMsInterval);
  expect(hangs).not.toHaveBeenCalled();
});
