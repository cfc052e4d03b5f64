import { loggedError } from "./logged-error.ts";

/** As postgres.js throws it. */
function postgresError(message: string, more: object): Error {
  return Object.assign(new Error(message), { name: "PostgresError", severity: "ERROR" }, more);
}

it("keeps what went wrong, and where", () => {
  const cause = postgresError('duplicate key value violates unique constraint "customers_email"', {
    ...{ code: "23505", table_name: "customers", constraint_name: "customers_email" },
    detail: "Key (org_id, email)=(018f, jane@example.com) already exists.",
  });
  const error = new Error("it failed", { cause });
  expect(loggedError(error)).toMatchObject({
    ...{ type: "Error", message: "it failed" },
    stack: expect.stringMatching(/^ {4}at .*logged-error\.test\.ts/),
    cause: {
      message: 'duplicate key value violates unique constraint "customers_email"',
      ...{ code: "23505", table_name: "customers", constraint_name: "customers_email" },
    },
  });
});

it.each([
  [
    "rows",
    postgresError("violates a check", { code: "23514", detail: "Failing row contains (jane, 12.50)" }),
  ],
  ["values", postgresError('invalid input syntax for type numeric: "12.50"', { code: "22P02" })],
  ["the code of a query", postgresError("x", { code: "P0001", where: "statement (jane, 12.50)" })],
  [
    "parameters",
    Object.assign(new Error("Failed query: select $1\nparams: jane,12.50"), { params: ["jane"] }),
  ],
  ["JSON", thrownBy(() => JSON.parse('{"jane": 12.50'.slice(1)))],
  ["an address", new Error("could not tell jane@example.com (jane@example.com)")],
  [
    "addresses without a space",
    new Error("<x@example.com>jane@example.com)jane@example.com,jane@example.com"),
  ],
  ["what is no error", { jane: "12.50" }],
  ["causes", new Error("x", { cause: postgresError("y", { code: "23514", detail: "jane" }) })],
])("has nobody's data of an error that holds %s", (_, error) => {
  expect(JSON.stringify(loggedError(error))).not.toMatch(/jane|12\.50/);
});

it("ends, also where an error is its own cause", () => {
  const error = new Error("x".repeat(10_000));
  error.cause = error;
  expect(JSON.stringify(loggedError(error)).length).toBeLessThan(20_000);
});

it("takes no longer for one long word than for many", () => {
  const word = "x".repeat(200_000);
  expect(loggedError(new Error(word)).message).toBe(word.slice(0, 500));
  expect(loggedError(new Error(`${word}@example.com is taken`)).message).toBe("… is taken");
});

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
