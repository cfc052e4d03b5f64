/** What a stretch of load came to. */
export interface Outcome {
  /** Calls a second that succeeded. */
  readonly perSecond: number;
  /** All that succeeded, those that were answered after the end among them. */
  readonly calls: number;
  readonly failures: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Starts one call, and reports whether it succeeded. */
export type Call = (done: (isOk: boolean) => void) => void;

/** Keeps so many calls in flight: an answer starts the next, until the time is over or there were `callsMax`. */
export function closedLoop(
  call: Call,
  load: { inFlight: number; seconds: number; callsMax?: number },
): Promise<Outcome> {
  return measured(load.seconds, (record, isTimeOver) => {
    let [started, running] = [0, 0];
    const { callsMax = Number.POSITIVE_INFINITY } = load;
    const isOver = () => isTimeOver() || started >= callsMax;
    const next = () => {
      const startedAt = performance.now();
      started += 1;
      running += 1;
      call((isOk) => {
        running -= 1;
        record(startedAt, isOk);
        if (!isOver()) next();
      });
    };
    for (let slot = 0; slot < load.inFlight && !isOver(); slot += 1) next();
    return () => isOver() && running === 0;
  });
}

/**
 * Starts calls at a rate, whatever the answers do. A call's time counts from when it was due, so that a pause of the
 * server is not left out because nobody asked during it.
 */
export function openLoop(
  call: Call,
  load: { perSecond: number; inFlightMax: number; seconds: number },
): Promise<Outcome> {
  return measured(load.seconds, (record, isOver) => {
    const startedAt = performance.now();
    let [started, running] = [0, 0];
    const dueAt = (index: number) => startedAt + (index / load.perSecond) * 1_000;
    const startDue = () => {
      while (dueAt(started) <= performance.now() && running < load.inFlightMax) {
        const due = dueAt(started);
        started += 1;
        running += 1;
        call((isOk) => {
          running -= 1;
          record(due, isOk);
        });
      }
      // A client that asked the clock without a pause would take one of the cores from the server.
      if (!isOver()) setTimeout(startDue, 1);
    };
    startDue();
    return () => isOver() && running === 0;
  });
}

type Record = (startedAt: number, isOk: boolean) => void;

/** `start` answers whether all is done. */
async function measured(
  seconds: number,
  start: (record: Record, isTimeOver: () => boolean) => () => boolean,
): Promise<Outcome> {
  const startAt = performance.now();
  const isTimeOver = () => performance.now() >= startAt + seconds * 1_000;
  const latencies: number[] = [];
  let [inTime, failures] = [0, 0];
  const isDone = start((startedAt, isOk) => {
    if (!isOk) failures += 1;
    else if (!isTimeOver()) inTime += 1;
    latencies.push(performance.now() - startedAt);
  }, isTimeOver);
  while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 5));
  const took = Math.min(seconds, (performance.now() - startAt) / 1_000);
  latencies.sort((a, b) => a - b);
  const at = (part: number) => latencies[Math.floor((latencies.length - 1) * part)] ?? Number.NaN;
  return {
    perSecond: inTime / took,
    calls: latencies.length - failures,
    failures,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  };
}
