import type { MetricValues } from "../../metrics/registry.ts";
import { Gathering } from "./gathering.ts";

const metric = (name: string, type: string, value: number) =>
  ({ name, type, help: "", aggregator: "sum", values: [{ value, labels: {} }] }) as unknown as MetricValues;
const reportOf = (calls: number, queued = 0) => [
  metric("calls_total", "counter", calls),
  metric("queued", "gauge", queued),
];

/** Workers that answer what they are told to, those that are silent nothing. */
class Crew {
  readonly reports = new Map<number, MetricValues[]>();
  readonly silent = new Set<number>();
  readonly stopping = new Set<number>();
  readonly late: (() => void)[] = [];
  readonly gathering = new Gathering({
    reporters: () =>
      [...this.reports.keys()]
        .filter((id) => !this.stopping.has(id))
        .map((id) => ({ id, ask: (question) => this.ask(id, question) })),
    own: async (silent) => [metric("silent", "gauge", silent)],
    msMax: 20,
  });

  async values(): Promise<Record<string, number | undefined>> {
    const metrics = await this.gathering.gather();
    return Object.fromEntries(metrics.map(({ name, values }) => [name, values[0]?.value]));
  }

  private ask(id: number, question: number): void {
    const answer = () => this.gathering.report(id, question, this.reports.get(id) ?? []);
    if (this.silent.has(id)) this.late.push(answer);
    else queueMicrotask(answer);
  }
}

let crew: Crew;
beforeEach(() => {
  crew = new Crew();
  crew.reports.set(1, reportOf(10, 1)).set(2, reportOf(20, 2));
});

it("adds up what all of them say", async () => {
  expect(await crew.values()).toEqual({ calls_total: 30, queued: 3, silent: 0 });
});

it("leaves out who does not answer in time, and says so, but nothing goes back that only grows", async () => {
  await crew.values();
  crew.silent.add(1);
  crew.reports.set(2, reportOf(25, 2));
  expect(await crew.values()).toEqual({ calls_total: 35, queued: 2, silent: 1 });
});

it("waits for nobody who does not serve, and goes on to count what they have said", async () => {
  await crew.values();
  crew.silent.add(1);
  crew.stopping.add(1);
  expect(await crew.values()).toEqual({ calls_total: 30, queued: 2, silent: 0 });
});

it("takes no answer that comes too late for one to the next question", async () => {
  crew.silent.add(1);
  await crew.values();
  crew.silent.delete(1);
  const asked = crew.values();
  for (const answer of crew.late) answer();
  crew.reports.set(1, reportOf(11, 1));
  expect(await asked).toEqual({ calls_total: 31, queued: 3, silent: 0 });
});

it("keeps what those have counted that ended, while others take their place", async () => {
  await crew.values();
  for (const next of [3, 4]) {
    crew.gathering.leave(next - 2);
    crew.reports.delete(next - 2);
    crew.reports.set(next, reportOf(1));
  }
  expect(await crew.values()).toEqual({ calls_total: 32, queued: 0, silent: 0 });
});

it("waits for nobody who ends meanwhile", async () => {
  await crew.values();
  crew.silent.add(1);
  const asked = crew.values();
  crew.gathering.leave(1);
  crew.reports.delete(1);
  expect(await asked).toEqual({ calls_total: 30, queued: 2, silent: 0 });
});

it("answers where there is nobody", async () => {
  crew.reports.clear();
  expect(await crew.values()).toEqual({ silent: 0 });
});
