import type { Database } from "../store/driver/database.ts";
import { NodeDoubted } from "../store/driver/errors.ts";
import { Settlement } from "./settlement.ts";

it("gives no lane to a batch whose node has yet to answer", async () => {
  const transaction = jest.fn();
  const nodes = { areAllThere: false, isDoubted: async () => true };
  const database = { lanesMax: 1, lane: () => ({ transaction }), nodes } as unknown as Database;
  const answers = { departure: undefined, resolve: jest.fn(), reject: jest.fn() };
  const batch = [{ orgId: "org", command: null, accounts: [], bytes: 0, ...answers }];
  const attempt = { batch, lane: 0, waits: "briefly", committing: () => undefined } as const;
  const settling = new Settlement(database).settle(attempt, () => undefined);
  await expect(settling).rejects.toThrow(NodeDoubted);
  expect(transaction).not.toHaveBeenCalled();
});
