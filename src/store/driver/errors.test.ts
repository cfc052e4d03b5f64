import {
  isConnectionLoss,
  isContention,
  isNodeLoss,
  isPassing,
  isReadOnly,
  isTransient,
  RolledBack,
  StatementForgotten,
  violatedIndex,
} from "./errors.ts";

const withCode = (code: unknown) => Object.assign(new Error("failed"), { code });
const wrapped = (code: string) => new Error("Failed query", { cause: withCode(code) });

describe("an error of the database", () => {
  it.each(["40001", "40P01", "55P03", "57014"])("is contention with %s", (code) => {
    expect([isContention(withCode(code)), isContention(wrapped(code))]).toEqual([true, true]);
    expect(isConnectionLoss(withCode(code))).toBe(false);
  });

  it("is contention where a COMMIT was answered with ROLLBACK", () => {
    expect(isContention(new RolledBack())).toBe(true);
  });

  it("is contention where a connection has forgotten a statement", () => {
    const forgotten = new StatementForgotten("prepared statement does not exist");
    expect([isContention(forgotten), isContention(new Error("", { cause: forgotten }))]).toEqual([
      true,
      true,
    ]);
  });

  it.each(["25006", "53100", "53200", "53300", "53400", "58030"])(
    "tells a state of the server that passes with %s",
    (code) => {
      expect([isPassing(withCode(code)), isPassing(wrapped(code))]).toEqual([true, true]);
      expect(isContention(withCode(code))).toBe(false);
    },
  );

  it("tells a server that is read only from others that pass", () => {
    expect([isReadOnly(wrapped("25006")), isReadOnly(wrapped("53100"))]).toEqual([true, false]);
  });

  it.each(["40001", "57P01", "57P03", "CONNECTION_CLOSED", "08006", "25006", "53100", "ENOTFOUND"])(
    "is no fault of anybody with %s",
    (code) => {
      expect([isTransient(withCode(code)), isTransient(wrapped(code))]).toEqual([true, true]);
    },
  );

  it.each(["08000", "08006", "08P01", "53300", "57P01", "57P02", "57P03"])(
    "tells that the database is out of reach with %s",
    (code) => {
      expect([isConnectionLoss(withCode(code)), isConnectionLoss(wrapped(code))]).toEqual([true, true]);
      expect(isContention(withCode(code))).toBe(false);
    },
  );

  it.each([
    "CONNECTION_CLOSED",
    "CONNECTION_DESTROYED",
    "CONNECT_TIMEOUT",
    "ECONNREFUSED",
    "ECONNRESET",
    "EPIPE",
    "ENOENT",
  ])("tells that the connection is gone with %s", (code) => {
    expect([isConnectionLoss(withCode(code)), isConnectionLoss(wrapped(code))]).toEqual([true, true]);
  });

  it.each([
    undefined,
    null,
    "text",
    7,
    {},
    new Error("a bug"),
    withCode(7),
    withCode("23505"),
    withCode("22P02"),
    new Error("", { cause: "text" }),
  ])("is neither with %p", (error) => {
    expect([isContention(error), isConnectionLoss(error), isTransient(error)]).toEqual([false, false, false]);
  });

  it.each([
    ["25P02", {}],
    ["XX000", { message: "SSL SYSCALL error: EOF detected", where: "while executing command on a:5432" }],
    ["XX000", { message: "could not commit transaction for shard 102031 on at least one active node" }],
    ["XX000", { message: "failure on connection marked as essential: a:5432" }],
  ])("tells that a node is out of reach with %s %j", (code, fields) => {
    const error = Object.assign(withCode(code), fields);
    expect([isConnectionLoss(error), isConnectionLoss(new Error("", { cause: error }))]).toEqual([
      true,
      true,
    ]);
    expect(isContention(error)).toBe(false);
  });

  it.each([
    ["08006", {}, true],
    [
      "XX000",
      { message: "server closed the connection unexpectedly", where: "while executing command on a:5432" },
      true,
    ],
    ...[
      "could not receive data from server: No route to host",
      "could not send data to server: Network is unreachable",
      "could not receive data from server: Connection timed out",
      'lost synchronization with server: got message type "x", length 7',
      "SSL error: unexpected eof while reading",
    ].map((message): [string, object, boolean] => [
      "XX000",
      { message, where: "while executing command on a:5432" },
      true,
    ]),
    ["57P01", { where: "PL/pgSQL function f()\nwhile executing command on a:5432" }, true],
    ["57P01", {}, false],
    ["CONNECTION_CLOSED", {}, false],
    ["55P03", { where: "while executing command on a:5432" }, false],
  ])("tells by %s %j whether a node was lost and not the database: %p", (code, fields, isOfNode) => {
    expect(isNodeLoss(Object.assign(withCode(code), fields))).toBe(isOfNode);
  });

  it("tells no fault of a node that the database has itself", () => {
    expect(isConnectionLoss(Object.assign(withCode("XX000"), { where: "SQL function" }))).toBe(false);
    const remote = {
      where: "while executing command on a:5432",
      message: "missing chunk number 0 for toast value 1",
    };
    expect(isConnectionLoss(Object.assign(withCode("23505"), remote))).toBe(false);
    expect(isConnectionLoss(Object.assign(withCode("XX000"), remote))).toBe(false);
  });

  it.each(["holds_pkey", "operations_pkey", "operations_pkey_102008"])(
    "is contention where another batch did an operation first (%s)",
    (index) => {
      const violation = Object.assign(withCode("23505"), { constraint_name: index });
      expect([isContention(violation), isContention(new Error("", { cause: violation }))]).toEqual([
        true,
        true,
      ]);
    },
  );

  it("is not contention where another index is violated", () => {
    expect(isContention(Object.assign(withCode("23505"), { constraint_name: "customers_email" }))).toBe(
      false,
    );
  });

  it("names the unique index that an insert ran into", () => {
    const violation = Object.assign(withCode("23505"), { constraint_name: "customers_email" });
    expect([violatedIndex(violation), violatedIndex(new Error("", { cause: violation }))]).toEqual([
      "customers_email",
      "customers_email",
    ]);
    const ofShard = Object.assign(withCode("23505"), { constraint_name: "customers_email_102010" });
    expect(violatedIndex(ofShard)).toBe("customers_email");
    for (const words of ['violates unique constraint "%s"', "verletzt Unique-Constraint »%s«"]) {
      const message = `duplicate key value ${words.replace("%s", "customers_email_102010")}`;
      expect(violatedIndex(Object.assign(new Error(message), { code: "23505" }))).toBe("customers_email");
    }
    expect(violatedIndex(Object.assign(withCode("23503"), { constraint_name: "x" }))).toBeUndefined();
    expect(violatedIndex(undefined)).toBeUndefined();
  });
});
