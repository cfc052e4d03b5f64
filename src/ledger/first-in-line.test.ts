import { customerAccount } from "../domain/account.ts";
import { firstInLine } from "./first-in-line.ts";
import type { Pending } from "./pending.ts";

function pending(...customers: string[]): Pending {
  const answers = { resolve: () => undefined, reject: () => undefined };
  const accounts = customers.map((name) => customerAccount(name, "VC"));
  return { orgId: "org", command: null, accounts, bytes: 0, departure: undefined, ...answers };
}

it("takes the first and all that share an account with it, by way of a later one too", () => {
  const [first, byAnother, apart, link] = [pending("a"), pending("b"), pending("c"), pending("a", "b")];
  expect(firstInLine([first, byAnother, apart, link])).toEqual([[first, byAnother, link], [apart]]);
});

it("takes the first though it touches no account, and nobody of an empty line", () => {
  const [first, other] = [pending(), pending("a")];
  expect(firstInLine([first, other])).toEqual([[first], [other]]);
  expect(firstInLine([])).toEqual([[], []]);
});
