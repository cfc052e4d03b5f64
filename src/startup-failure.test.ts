import { Refused } from "./domain/refusal.ts";
import { startupFailure } from "./startup-failure.ts";
import { ConnectionLost } from "./store/driver/errors.ts";

const withFields = (message: string, fields: object) => Object.assign(new Error(message), fields);

it.each<[string, Error, RegExp]>([
  [
    "a node that is away",
    withFields(
      "connection to the remote node t@db1:5432 failed with the following error: Connection refused\n\tIs the",
      {
        name: "PostgresError",
        code: "08006",
      },
    ),
    /: a node of the database cannot be reached, db1:5432: Connection refused \(08006\)\.$/,
  ],
  [
    "a connection that was given up",
    new ConnectionLost(),
    /: the connection was lost, .*\(CONNECTION_CLOSED\)\.$/,
  ],
  [
    "a database that was tried long enough",
    new Refused({ reason: "UNAVAILABLE" }),
    /, or a node of it, cannot be reached\.$/,
  ],
  [
    "a certificate of nobody that is trusted",
    withFields("self-signed certificate", { code: "DEPTH_ZERO_SELF_SIGNED_CERT" }),
    /: the database's certificate is not trusted: self-signed certificate \(DEPTH_ZERO_SELF_SIGNED_CERT\): name its authority in NODE_EXTRA_CA_CERTS,/,
  ],
  [
    "a database without TLS that sslmode asks for it",
    withFields("Client network socket disconnected before secure TLS connection was established", {
      code: "ECONNRESET",
    }),
    /: the database cannot be reached: it ended .* TLS was to begin.* \(ECONNRESET\): turn on its ssl, or say another sslmode\.$/,
  ],
  [
    "what libpq alone knows",
    withFields('unrecognized configuration parameter "sslrootcert"', {
      name: "PostgresError",
      code: "42704",
    }),
    /: PostgreSQL refused: .*"sslrootcert" \(42704\): .* NODE_EXTRA_CA_CERTS\.$/,
  ],
  [
    "a certificate of another server",
    withFields("Host: db1. is not cert's CN: db", { code: "ERR_TLS_CERT_ALTNAME_INVALID" }),
    /: the database's certificate is not trusted: Host: db1/,
  ],
])("says in one line, without a stack: %s", (_what, error, line) => {
  expect(startupFailure(error)).toMatch(/^DATABASE_URL: [^\n]*$/);
  expect(startupFailure(error)).toMatch(line);
});
