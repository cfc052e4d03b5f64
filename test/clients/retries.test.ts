import {
  Code,
  ConnectError,
  createClient,
  createRouterTransport,
  type Interceptor,
} from "@connectrpc/connect";
import { giveKeys } from "../../clients/typescript/src/keys.ts";
import { retry } from "../../clients/typescript/src/retry.ts";
import { ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { CustomerService } from "../../gen/tallystick/v1/customer_pb.ts";
import { LedgerService } from "../../gen/tallystick/v1/ledger_pb.ts";

const broken = new ConnectError("the connection is gone", Code.Unavailable);
const refusedFor = (reason: string, code: Code) =>
  new ConnectError(reason, code, undefined, [
    { desc: ErrorInfoSchema, value: { reason, domain: "tallystick" } },
  ]);

/** Clients of a service that answers the first attempts with these errors, or not at all, and then well. */
function clientsOf(failures: (ConnectError | "silence")[], options: { attemptTimeoutMs?: number } = {}) {
  const keys: string[][] = [];
  let attempts = 0;
  const answer = async (given: string[], signal: AbortSignal) => {
    keys.push(given);
    const failure = failures[attempts++];
    if (failure === "silence") return new Promise<never>((_, fail) => signal.addEventListener("abort", fail));
    if (failure !== undefined) throw failure;
    return {};
  };
  const interceptors: Interceptor[] = [giveKeys, retry(options.attemptTimeoutMs ?? 10_000)];
  const transport = createRouterTransport(
    (router) => {
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
    },
    { transport: { interceptors } },
  );
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
    const { ledger, keys } = clientsOf(["silence"], { attemptTimeoutMs: 50 });
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

  it("ends with the deadline of the call", async () => {
    const { ledger } = clientsOf(Array.from({ length: 1_000 }, () => broken));
    await expect(ledger.createTransfer({ key: "order-10" }, { timeoutMs: 300 })).rejects.toThrow(
      ConnectError,
    );
  });
});
