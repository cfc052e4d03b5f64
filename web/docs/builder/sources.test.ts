import { createRequire } from "node:module";
import { join } from "node:path";
import MiniSearch from "minisearch";
import { searchOptions } from "../search-options.ts";
import { readDocuments } from "./document.ts";
import { readReference } from "./reference/read.ts";
import { searchIndex } from "./search-index.ts";

const root = join(import.meta.dirname, "../../..");
const made = readReference(root);
const documents = readDocuments({ root, made });
const { missingFromInputs } = createRequire(import.meta.url)("../../../scripts/web-inputs.mjs") as {
  missingFromInputs(sources: readonly string[]): string[];
};

/** What a build would refuse is told by the tests, too, whatever was built before. */
it("have no link that leads nowhere, and are all known to the build as what it has to look at", () => {
  const sources = documents.map(({ source }) => source);
  expect(missingFromInputs(sources.filter((source) => !made.has(source)))).toEqual([]);
});

describe("the search in them", () => {
  const search = MiniSearch.loadJSON(searchIndex(documents), searchOptions);
  const foundBy = (words: string) =>
    search
      .search(words)
      .slice(0, 3)
      .map(({ id }) => String(id));

  it.each([
    ["wallet", "wallets"],
    ["top up", "top-ups-and-deposits"],
    ["credit limit", "credit-limits-and-overdrafts"],
    ["overdraft", "credit-limits-and-overdrafts"],
    ["budget", "budgets-quotas-and-spending-limits"],
    ["quota", "budgets-quotas-and-spending-limits"],
    ["rate limit", "rate-limits-and-throttling"],
    ["throttle", "rate-limits-and-throttling"],
    ["rate limiting", "rate-limits-and-throttling"],
    ["webhook", "webhooks-events-and-notifications"],
    ["kafka", "webhooks-events-and-notifications"],
    ["low balance", "low-balances-and-automatic-top-ups"],
    ["auto recharge", "low-balances-and-automatic-top-ups"],
    ["subscription", "prices-plans-and-subscriptions"],
    ["invoice", "invoices-and-taxes"],
    ["exchange rate", "exchange-rates-and-several-currencies"],
    ["pricing", "prices-plans-and-subscriptions"],
    ["multi currency", "exchange-rates-and-several-currencies"],
    ["coupon", "promotions-coupons-and-trials"],
    ["chargeback", "payments-cards-and-refunds-of-money"],
    ["api key", "api-keys-single-sign-on-and-oauth"],
    ["sandbox", "a-sandbox-and-test-mode"],
    ["helm", "docker-kubernetes-helm-and-terraform"],
  ])("for “%s” leads to what other products call so", (words, heading) => {
    expect(foundBy(words)).toContain(`other-names#${heading}`);
  });

  it.each([
    ["pagination", "rest#rest"],
    ["hold", "concepts/holds#holds"],
    ["currency", "concepts/currencies#currencies"],
    ["limit", "concepts/limits#limits"],
    ["refund", "concepts/refunds-and-reversals#refunds-and-reversals"],
    ["kubernetes", "operating/deploy#kubernetes"],
    ["INSUFFICIENT_FUNDS", "errors#insufficient_funds"],
  ])("for “%s” leads to where it is told", (words, address) => {
    expect(foundBy(words)).toContain(address);
  });
});
