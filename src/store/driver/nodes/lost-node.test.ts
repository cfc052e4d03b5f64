import { lostNode } from "./lost-node.ts";

it.each<[string, string, { code: string; message: string; where?: string }]>([
  [
    "takes no connection",
    "db1:5432: Connection refused",
    {
      code: "08006",
      message:
        "connection to the remote node tallystick@db1:5432 failed with the following error: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?",
    },
  ],
  [
    "has no password of the role",
    "db1:5432: fe_sendauth: no password supplied",
    {
      code: "08006",
      message:
        "connection to the remote node tallystick@db1:5432 failed with the following error: fe_sendauth: no password supplied",
    },
  ],
  [
    "is silent",
    "db1:5432: after 1000 ms",
    { code: "08006", message: "could not establish any connections to the node db1:5432 after 1000 ms" },
  ],
  [
    "was lost",
    "db1:5432: SSL SYSCALL error: EOF detected",
    {
      code: "XX000",
      message: "SSL SYSCALL error: EOF detected",
      where: "while executing command on db1:5432\nwhile something else",
    },
  ],
  [
    "was lost at COMMIT",
    "failure on connection marked as essential: db1:5432",
    { code: "XX000", message: "failure on connection marked as essential: db1:5432" },
  ],
])("names a node that %s, in one line", (_what, line, fields) => {
  expect(lostNode(Object.assign(new Error(), fields))).toBe(line);
  expect(lostNode(new Error("wrapped", { cause: Object.assign(new Error(), fields) }))).toBe(line);
});

it.each([
  [
    "an error of a node",
    { code: "23505", message: "duplicate key", where: "while executing command on db1:5432" },
  ],
  ["a server that is not there", { code: "ECONNREFUSED", message: "connect ECONNREFUSED 127.0.0.1:5432" }],
  ["a pooler's word", { code: "08P01", message: "no such database" }],
])("takes nothing else for it: %s", (_what, fields) => {
  expect(lostNode(Object.assign(new Error(), fields))).toBeUndefined();
});
