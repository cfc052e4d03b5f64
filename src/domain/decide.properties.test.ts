import fc from "fast-check";
import { type AccountState, accountKey, balanceOf, ownerKey } from "./account.ts";
import { Amount } from "./amount.ts";
import { account, charge, command, credit, stateAfter, stateOf } from "./decide.fixture.ts";
import { decide } from "./decide.ts";
import type { Booked, Command, TransferDraft, Verdict } from "./transfer.ts";

const customerIds = ["c-1", "c-2", "c-3"];
const currencies = ["VC", "USD"];

const customers: fc.Arbitrary<AccountState[]> = fc
  .tuple(
    ...customerIds.flatMap((customerId) =>
      currencies.map((currency) =>
        fc.record({
          id: fc.constant(`${customerId} in ${currency}`),
          owner: fc.constant({ customerId }),
          currency: fc.constant(currency),
          minimumBalance: fc.constantFrom("0", "-30", "25").map(Amount.of),
          enabled: fc.constant(customerId !== "c-3"),
        }),
      ),
    ),
  )
  .map((all) => all.map(({ owner, ...fields }) => account(owner, fields)));

const transfer: fc.Arbitrary<TransferDraft> = fc
  .record({
    id: fc.integer({ min: 1, max: 15 }).map((n) => `t-${n}`),
    make: fc.constantFrom(charge, credit, credit),
    amount: fc.constantFrom("1", "7", "20", "45.5", "60", "0.000000001"),
    customerId: fc.constantFrom(...customerIds),
    currency: fc.constantFrom(...currencies),
  })
  .map(({ id, make, amount, customerId, currency }) => make(id, amount, { customerId, currency }));

// From few transfers with few ids, so that replays, conflicts and groups that are known in part come up often.
const commands: fc.Arbitrary<Command[]> = fc
  .array(transfer, { minLength: 1, maxLength: 15, size: "max" })
  .chain((pool) => fc.array(commandOf(fc.constantFrom(...pool)), { maxLength: 20, size: "max" }));

function commandOf(drafts: fc.Arbitrary<TransferDraft>): fc.Arbitrary<Command> {
  return fc
    .tuple(drafts, fc.array(drafts, { maxLength: 2 }))
    .map(([first, others]) => command(first, ...others));
}

/** The rules of the ledger once more, in whole numbers and as plainly as can be. Answers what each command comes to. */
function referenceOutcomes(accounts: readonly AccountState[], batch: readonly Command[]): string[] {
  let balances = new Map<string, bigint>();
  let contents = new Map<string, string>();
  return batch.map(({ transfers }) => {
    const [balancesAfter, contentsAfter] = [new Map(balances), new Map(contents)];
    let [news, replays, refusals] = [0, 0, 0];
    for (const draft of transfers) {
      const content = JSON.stringify([
        draft.kind,
        draft.amount,
        draft.currency,
        ownerKey(draft.from),
        ownerKey(draft.to),
      ]);
      if (contents.get(draft.id) === content) {
        replays += 1;
        continue;
      }
      if (contentsAfter.has(draft.id)) {
        refusals += 1;
        continue;
      }
      contentsAfter.set(draft.id, content);
      const customerId = draft.kind === "charge" ? ownerKey(draft.from) : ownerKey(draft.to);
      const [key, nanos] = [`${customerId}/${draft.currency}`, draft.amount.floorToUnits(9)];
      const payer = accounts.find((each) => accountKey(each.owner, each.currency) === key);
      const floor = payer?.minimumBalance?.floorToUnits(9) ?? 0n;
      const after = (balancesAfter.get(key) ?? 0n) + (draft.kind === "charge" ? -nanos : nanos);
      if (draft.kind === "charge" && (!payer?.enabled || after < floor)) refusals += 1;
      else {
        news += 1;
        balancesAfter.set(key, after);
      }
    }
    if (refusals > 0 || (news > 0 && replays > 0)) return "refused";
    if (replays > 0) return "replayed";
    [balances, contents] = [balancesAfter, contentsAfter];
    return "booked";
  });
}

function outcomeOf(verdict: Verdict): string {
  if (verdict.outcome === "refused") return "refused";
  return verdict.receipts.every(({ replay }) => replay) ? "replayed" : "booked";
}

/** Every entry that was booked, in order. */
function entriesOf(booked: readonly Booked[]) {
  return booked.flatMap(({ from, to }) => [from, to]);
}

function sumOf(amounts: readonly Amount[]): Amount {
  return amounts.reduce((sum, amount) => sum.plus(amount), Amount.zero);
}

/** Holds a property of what a random batch comes to, from accounts that have no entries yet. */
function holdsOfEveryBatch(
  property: (decision: ReturnType<typeof decide>, accounts: AccountState[], batch: Command[]) => void,
) {
  fc.assert(
    fc.property(customers, commands, (accounts, batch) => {
      property(decide(stateOf(...accounts), batch), accounts, batch);
    }),
    { numRuns: 300 },
  );
}

describe("whatever the batch", () => {
  it("each command comes to what the plain reference says", () => {
    holdsOfEveryBatch(({ verdicts }, accounts, batch) => {
      expect(verdicts.map(outcomeOf)).toEqual(referenceOutcomes(accounts, batch));
    });
  });

  it("entries are equal and opposite, and each currency sums to zero", () => {
    holdsOfEveryBatch(({ booked }) => {
      for (const { transfer, from, to } of booked) {
        expect(to.amount.equals(transfer.amount)).toBe(true);
        expect(from.amount.plus(to.amount).equals(Amount.zero)).toBe(true);
        expect([from.account.currency, to.account.currency]).toEqual([transfer.currency, transfer.currency]);
      }
      for (const currency of currencies) {
        const amounts = entriesOf(booked).filter((entry) => entry.account.currency === currency);
        expect(sumOf(amounts.map(({ amount }) => amount)).toString()).toBe("0");
      }
    });
  });

  it("versions run 1, 2, 3 with no gap, and each entry bears the sums up to it", () => {
    holdsOfEveryBatch(({ booked, accounts }) => {
      for (const account of accounts) {
        const own = entriesOf(booked).filter(
          (entry) => entry.account.id === account.id && entry.account.currency === account.currency,
        );
        expect(own.map((entry) => entry.account.version)).toEqual(own.map((_, index) => index + 1));
        own.forEach((entry, index) => {
          const amounts = own.slice(0, index + 1).map(({ amount }) => amount);
          expect(balanceOf(entry.account).toString()).toBe(sumOf(amounts).toString());
          expect(entry.account.funded.toString()).toBe(
            sumOf(amounts.filter((amount) => amount.isPositive())).toString(),
          );
        });
        expect(own.at(-1)?.account).toEqual(account);
      }
    });
  });

  it("only accounts with entries change, and each is named once", () => {
    holdsOfEveryBatch(({ booked, accounts }) => {
      const key = ({ owner, currency }: AccountState) => accountKey(owner, currency);
      const touched = new Set(entriesOf(booked).map((entry) => key(entry.account)));
      expect(accounts.map(key).sort()).toEqual([...touched].sort());
    });
  });

  it("no charge leaves a balance below its minimum", () => {
    holdsOfEveryBatch(({ booked }) => {
      for (const { from } of booked) {
        const { minimumBalance } = from.account;
        if (minimumBalance !== null) expect(balanceOf(from.account).isLessThan(minimumBalance)).toBe(false);
      }
    });
  });

  it("every transfer id is booked once at the most", () => {
    holdsOfEveryBatch(({ booked }) => {
      expect(new Set(booked.map(({ transfer }) => transfer.id)).size).toBe(booked.length);
    });
  });

  it("a command that is refused might as well not have been there", () => {
    holdsOfEveryBatch((decision, accounts, batch) => {
      const isKept = (_: unknown, index: number) => decision.verdicts[index]?.outcome === "booked";
      const without = decide(stateOf(...accounts), batch.filter(isKept));
      expect(without.verdicts).toEqual(decision.verdicts.filter(isKept));
      expect(without.booked).toEqual(decision.booked);
    });
  });

  it("deciding it at once is deciding its commands one by one", () => {
    holdsOfEveryBatch((decision, accounts, batch) => {
      let state = stateOf(...accounts);
      const verdicts = batch.map((each) => {
        const alone = decide(state, [each]);
        state = stateAfter(state, alone);
        return alone.verdicts[0];
      });
      expect(decision.verdicts).toEqual(verdicts);
      expect(stateAfter(stateOf(...accounts), decision)).toEqual(state);
    });
  });

  it("what it starts from stays as it was", () => {
    fc.assert(
      fc.property(customers, commands, (accounts, batch) => {
        const state = stateOf(...accounts);
        decide(state, batch);
        expect(state).toEqual(stateOf(...accounts));
      }),
    );
  });
});

it("the random batches hold booked, replayed and refused commands, so the properties say something", () => {
  const samples = fc.sample(fc.tuple(customers, commands), { numRuns: 200, seed: 1 });
  const outcomes = samples.flatMap(([accounts, batch]) =>
    decide(stateOf(...accounts), batch).verdicts.map(outcomeOf),
  );
  for (const outcome of ["booked", "replayed", "refused"]) {
    expect(outcomes.filter((each) => each === outcome).length).toBeGreaterThan(50);
  }
});
