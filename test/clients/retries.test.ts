import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Code, ConnectError, createClient, createRouterTransport, type Transport } from "@connectrpc/connect";
import { createTallystick } from "../../clients/typescript/src/client.ts";
import { passingReasons, type RetryTimes, retrying } from "../../clients/typescript/src/retry.ts";
import { ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { CustomerService } from "../../gen/tallystick/v1/customer_pb.ts";
import { LedgerService } from "../../gen/tallystick/v1/ledger_pb.ts";
import { freePort } from "../support/free-port.ts";

const broken = new ConnectError("the connection is gone", Code.Unavailable);
const refusedFor = (reason: string, code: Code) =>
  new ConnectError(reason, code, undefined, [
    { desc: ErrorInfoSchema, value: { reason, domain: "tallystick" } },
  ]);

/** Clients of a service that answers the first attempts with these errors, or not at all, and then well. */
function clientsOf(failures: (ConnectError | "silence")[], times: Partial<RetryTimes> = {}) {
  const keys: string[][] = [];
  let attempts = 0;
  const answer = async (given: string[], signal: AbortSignal) => {
    keys.push(given);
    const failure = failures[attempts++];
    if (failure === "silence") return new Promise<never>((_, fail) => signal.addEventListener("abort", fail));
    if (failure !== undefined) throw failure;
    return {};
  };
  const routes = createRouterTransport((router) => {
    router.service(LedgerService, {
      createTransfer: ({ key }, { signal }) => answer([key], signal),
      batchCreateTransfers: ({ requests }, { signal }) =>
        answer(
          requests.map(({ key }) => key),
          signal,
        ),
      getBalance: (_, { signal }) => answer([], signal),
    });
    router.service(CustomerService, { createCustomer: (_, { signal }) => answer([], signal) });
  });
  const transport = retrying(routes, {
    timeoutMs: 60_000,
    attemptTimeoutMs: 10_000,
    strangeMs: 5_000,
    ...times,
  });
  return {
    ledger: createClient(LedgerService, transport),
    customers: createClient(CustomerService, transport),
    /** Of each attempt, the keys of its operations. */
    keys,
  };
}

describe("the TypeScript client", () => {
  it("sends a change again under the key that it was given", async () => {
    const { ledger, keys } = clientsOf([broken, refusedFor("ACCOUNT_BUSY", Code.Unavailable)]);
    await ledger.createTransfer({ key: "order-7" });
    expect(keys).toEqual([["order-7"], ["order-7"], ["order-7"]]);
  });

  it("gives one key to each operation that has none, for all attempts, and leaves the request as it is", async () => {
    const { ledger, keys } = clientsOf([broken]);
    const requests = [{ key: "a" }, { key: "" }];
    await ledger.batchCreateTransfers({ requests });
    expect(keys).toEqual([
      ["a", expect.stringMatching(/^[0-9a-f-]{36}$/)],
      ["a", keys[0]?.[1]],
    ]);
    expect(requests).toEqual([{ key: "a" }, { key: "" }]);
  });

  it("gives up an attempt that nobody answers, and makes another", async () => {
    const { ledger, keys } = clientsOf(["silence"], { attemptTimeoutMs: 500 });
    await ledger.createTransfer({ key: "order-8" });
    expect(keys).toHaveLength(2);
  });

  it("reads again, but does not repeat a change that has no key", async () => {
    const reading = clientsOf([broken]);
    await reading.ledger.getBalance({});
    expect(reading.keys).toHaveLength(2);
    const creating = clientsOf([broken]);
    await expect(creating.customers.createCustomer({})).rejects.toThrow("the connection is gone");
    expect(creating.keys).toHaveLength(1);
  });

  it("takes a refusal for an answer", async () => {
    const { ledger, keys } = clientsOf([refusedFor("INSUFFICIENT_FUNDS", Code.FailedPrecondition)]);
    await expect(ledger.createTransfer({ key: "order-9" })).rejects.toThrow("INSUFFICIENT_FUNDS");
    expect(keys).toHaveLength(1);
  });

  it("ends with the deadline of the call, and says what went wrong until then", async () => {
    const { ledger } = clientsOf(Array.from({ length: 1_000 }, () => broken));
    const charged = ledger.createTransfer({ key: "order-10" }, { timeoutMs: 1_000 });
    await expect(charged).rejects.toThrow("[unavailable] the connection is gone");
  });

  it("tells the failure before, where there was no time for the last attempt", async () => {
    const { ledger } = clientsOf([broken, "silence"]);
    const charged = ledger.createTransfer({ key: "order-11" }, { timeoutMs: 1_000 });
    await expect(charged).rejects.toThrow("[unavailable] the connection is gone");
  });

  it("says that nobody answered where nobody did", async () => {
    const { ledger } = clientsOf(["silence", "silence", "silence"]);
    const charged = ledger.createTransfer({ key: "order-12" }, { timeoutMs: 200 });
    await expect(charged).rejects.toMatchObject({ code: Code.DeadlineExceeded });
  });

  it("leaves a stream that was refused unread no more time than is left of the call", async () => {
    const unread = new ConnectError("Stream closed with error code NGHTTP2_REFUSED_STREAM", Code.Internal);
    const given: (number | undefined)[] = [];
    const stream: Transport["stream"] = async (_method, _signal, timeoutMs) => {
      given.push(timeoutMs);
      await sleep(20);
      throw given.length < 3 ? unread : broken;
    };
    const times = { timeoutMs: 60_000, attemptTimeoutMs: 10_000, strangeMs: 5_000 };
    const ledger = createClient(LedgerService, retrying({ stream } as Transport, times));
    const next = (timeoutMs?: number) =>
      ledger
        .exportEntries({}, timeoutMs === undefined ? {} : { timeoutMs })
        [Symbol.asyncIterator]()
        .next();
    await expect(next()).rejects.toThrow("the connection is gone");
    const [first = 0, second = 0, third = 0] = given.splice(0);
    expect(first).toBeGreaterThan(59_000);
    expect(first).toBeLessThanOrEqual(60_000);
    expect(second).toBeLessThanOrEqual(first - 19);
    expect(third).toBeLessThanOrEqual(second - 19);
    await expect(next(0)).rejects.toThrow("the connection is gone");
    expect(given).toEqual([0, 0, 0]);
  });

  it("gives up early a service that has never answered, but not one that has", async () => {
    const failures = Array.from({ length: 1_000 }, () => broken);
    const strange = clientsOf(failures, { strangeMs: 0 });
    await expect(strange.ledger.createTransfer({ key: "order-13" })).rejects.toThrow(
      "the connection is gone",
    );
    expect(strange.keys).toHaveLength(1);
    const known = clientsOf([refusedFor("OVERLOADED", Code.ResourceExhausted), broken, broken], {
      strangeMs: 0,
    });
    await known.ledger.createTransfer({ key: "order-14" });
    expect(known.keys).toHaveLength(4);
  });

  it("ends when its caller does not want the answer any more", async () => {
    const { ledger } = clientsOf(Array.from({ length: 1_000 }, () => broken));
    const caller = new AbortController();
    const charged = ledger.createTransfer({ key: "order-15" }, { signal: caller.signal });
    caller.abort();
    await expect(charged).rejects.toMatchObject({ code: Code.Canceled });
  });

  it("gives the reason for each address of a name", async () => {
    const reasons = ["connect ECONNREFUSED ::1:7400", "connect ECONNREFUSED 127.0.0.1:7400"];
    const refused = new ConnectError(
      "",
      Code.Unavailable,
      undefined,
      undefined,
      new AggregateError(reasons.map((each) => new Error(each))),
    );
    const refusing = { unary: () => Promise.reject(refused), stream: () => Promise.reject(refused) };
    const times = { timeoutMs: 60_000, attemptTimeoutMs: 10_000, strangeMs: 0 };
    const ledger = createClient(LedgerService, retrying(refusing, times));
    await expect(ledger.getBalance({})).rejects.toThrow(`[unavailable] ${reasons.join("; ")}`);
  });

  it("says within the call's time that nobody listens at the address", async () => {
    const port = await freePort();
    const { ledger } = createTallystick({
      baseUrl: `http://127.0.0.1:${port}`,
      credential: "a:b",
      timeoutMs: 2_000,
    });
    await expect(ledger.getBalance({})).rejects.toThrow(
      `[unavailable] connect ECONNREFUSED 127.0.0.1:${port}`,
    );
  });

  it.each(["", "127.0.0.1:7400", "localhost:7400", "grpc://127.0.0.1:7400", "ftp://ledger.example.com"])(
    "says at once what an address looks like, and not after tries: %p",
    (baseUrl) => {
      expect(() => createTallystick({ baseUrl, credential: "a:b" })).toThrow(
        `baseUrl is ${JSON.stringify(baseUrl)}, but must be a URL like http://127.0.0.1:7400, or https://ledger.example.com with TLS`,
      );
    },
  );

  it("needs a credential", () => {
    expect(() => createTallystick({ baseUrl: "http://127.0.0.1:7400", credential: "" })).toThrow(
      "the credential is empty",
    );
  });
});

describe("what docs/retries.md says is retried", () => {
  const documented = readFileSync("docs/retries.md", "utf8")
    .split("\n")
    .filter((line) => /^\|.*\| yes \|/.test(line))
    .flatMap((line) => line.match(/(?<=`)[A-Z_]+(?=`)/g) ?? [])
    .sort();
  /** The names in the set that begins so. */
  const namesIn = (file: string, begin: RegExp) => {
    const [, set = ""] = begin.exec(readFileSync(file, "utf8")) ?? [];
    return [...set.matchAll(/"([A-Z_]+)"/g)].map(([, name]) => name).sort();
  };

  it("is retried by the package and by every sample", () => {
    expect(documented).toContain("TOO_MANY_FAILURES");
    expect([...passingReasons].sort()).toEqual(documented);
    expect(namesIn("examples/python/charge.py", /^PASSING = \{(.*?)\}/ms)).toEqual(documented);
    expect(namesIn("examples/go/main.go", /^var passing = .*?\{(.*?)\n\}/ms)).toEqual(documented);
    expect(namesIn("docs/retries.md", /const retried = \[(.*?)\];/s)).toEqual(documented);
  });

  it("is where docs/errors.md says to try again, and where no answer came in time", () => {
    const told = readFileSync("docs/errors.md", "utf8")
      .split("\n")
      .flatMap((line) => /^\| `([A-Z_]+)`.*\btry again\b[^|]*\|$/.exec(line)?.[1] ?? []);
    expect([...told, "DEADLINE_EXCEEDED", "CANCELLED"].sort()).toEqual(documented);
  });

  it("is what the README of the package says", () => {
    const readme = readFileSync("clients/typescript/README.md", "utf8");
    for (const reason of documented) expect(readme).toContain(reason);
  });
});
