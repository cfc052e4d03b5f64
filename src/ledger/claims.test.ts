import { customerAccount } from "../domain/account.ts";
import { Claims } from "./claims.ts";
import type { Pending } from "./pending.ts";

const pending = (orgId: string, ...customers: string[]): Pending => ({
  orgId,
  command: null,
  accounts: customers.map((name) => customerAccount(name, "VC")),
  bytes: 0,
  departure: undefined,
  resolve: () => undefined,
  reject: () => undefined,
});

it("an account is one lane's until all of its batches have gone", () => {
  const claims = new Claims(true);
  const [ours, theirs] = [pending("A", "a", "b"), pending("A", "b", "c")];
  claims.add([ours], 1);
  claims.add([ours], 1);
  expect([claims.areFree(theirs, 0), claims.areFree(theirs, 1)]).toEqual([false, true]);
  claims.remove([ours]);
  expect(claims.areFree(theirs, 0)).toBe(false);
  claims.remove([ours]);
  expect(claims.areFree(theirs, 0)).toBe(true);
  expect(() => claims.remove([ours])).toThrow("nobody has A/customer/a/VC");
});

it("an account is nobody's to take while a batch is under way on it, where none may follow", () => {
  const claims = new Claims(false);
  const [ours, theirs] = [pending("A", "a", "b"), pending("A", "b", "c")];
  claims.add([ours], 1);
  expect([claims.areFree(theirs, 0), claims.areFree(theirs, 1)]).toEqual([false, false]);
  claims.remove([ours]);
  expect(claims.areFree(theirs, 1)).toBe(true);
});

it("the account of one organization is not that of another with the same customer", () => {
  const claims = new Claims(true);
  claims.add([pending("A", "a")], 0);
  expect(claims.areFree(pending("B", "a"), 1)).toBe(true);
});
