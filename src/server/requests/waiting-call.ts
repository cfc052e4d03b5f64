import type { DescService } from "@bufbuild/protobuf";
import type { ConnectError } from "@connectrpc/connect";
import type { Departure } from "../../bounds/departure.ts";
import type { Asker } from "../../bounds/turns.ts";
import type { Connection, Unread } from "../connections/connection.ts";
import type { HttpRequest } from "../http.ts";
import type { HttpCall } from "../http-call.ts";
import { deadlineExceeded } from "../rpc/call-context.ts";
import { departureOfRequest } from "./departure.ts";
import { rounds } from "./rounds.ts";

/** What a call takes that waits, whatever comes of it: of those without a body there may be as many as there are streams. */
const callBytes = 8 * 1024;

/** A call of which nothing is read before its turn: until then it may be over as any other may. */
class WaitingCall implements Departure {
  deadlineMs = Number.POSITIVE_INFINITY;
  readonly #sender: Departure;
  #error: ConnectError | undefined;

  constructor(request: HttpRequest) {
    this.#sender = departureOfRequest(request);
  }

  abort(error: ConnectError): void {
    this.#error ??= error;
  }

  get aborted(): boolean {
    return this.#error !== undefined || this.#sender.aborted || performance.now() > this.deadlineMs;
  }

  get reason(): unknown {
    if (this.#error !== undefined) return this.#error;
    return this.#sender.aborted ? this.#sender.reason : deadlineExceeded();
  }
}

/** A request, and what is known of it before its turn. */
export interface Arrived extends Unread {
  readonly request: HttpRequest;
  readonly connection: Connection;
  readonly call: HttpCall;
  /** Undefined where it is not looked at yet what is called. */
  readonly service?: DescService;
  /** Asked only where it has to wait. Must not throw. */
  readonly timeoutMs: () => number | undefined;
}

/**
 * Undefined where a call may begin at once; else what resolves, when it is its turn, with how many milliseconds of its time are
 * over. Rejects where the caller has gone, its time is over or the service stops before, and where too much waits.
 */
export function untilTurn(arrived: Arrived): Promise<number> | undefined {
  const { request, connection, service, timeoutMs } = arrived;
  const waiting = new WaitingCall(request);
  const turn = rounds.turn({ party: connection.party(service), departure: waiting });
  if (turn === undefined) return undefined;
  waiting.deadlineMs = performance.now() + (timeoutMs() ?? Number.POSITIVE_INFINITY);
  return waited(turn, arrived, waiting);
}

async function waited(turn: Promise<void>, arrived: Arrived, waiting: WaitingCall): Promise<number> {
  const { call } = arrived;
  call.context = waiting;
  try {
    await counted(turn, { ...arrived, departure: waiting });
    return call.durationMs;
  } finally {
    call.context = undefined;
  }
}

/**
 * The same turn, while what may arrive of a stranger's request before it is counted: strangers come as fast as they like, and each
 * stream takes so much unread. Rejects at once where too much waits already.
 */
export async function counted(turn: Promise<void>, of: Counted): Promise<void> {
  const { connection, service, departure } = of;
  // Nobody else may be there to hear of it.
  turn.catch(ignore);
  const holding = connection.isProven() ? undefined : connection.wait(of, { service, bytesMin: callBytes });
  try {
    await turn;
  } finally {
    holding?.release();
  }
  // It may have been its turn already, and others not at the end of theirs.
  if (departure.aborted) throw departure.reason;
}

/** Who asks for a turn of a call: it may be admitted in between, and wait in another line the next time. */
export function askerOf({ connection, service, departure }: Omit<Counted, keyof Unread>): Asker {
  return new CallAsker(connection, service, departure);
}

class CallAsker implements Asker {
  constructor(
    private readonly connection: Connection,
    private readonly service: DescService | undefined,
    readonly departure: Departure,
  ) {}

  get party(): string {
    return this.connection.party(this.service);
  }
}

interface Counted extends Pick<Arrived, "connection" | "service" | keyof Unread> {
  readonly departure: Departure;
}

function ignore(): void {}
