import { ceilingSentence } from "./ceiling.ts";

const none = { credit: "", adjustment: "", overdraft: "", debt: "" };
const money = (text: string) => `${text} USD`;

it.each([
  [{}, ""],
  [{ credit: "100" }, "Callers who are no admins may credit at most 100 USD at once."],
  [
    { credit: "100", overdraft: "5", debt: "0" },
    "Callers who are no admins may credit at most 100 USD at once, capture up to 5 USD below its limit and let it owe at most 0 USD.",
  ],
])("of %j says how far they may go", (said, sentence) => {
  expect(ceilingSentence({ ...none, ...said }, money)).toBe(sentence);
});
