import type { DatabaseFacts } from "../../store/diagnosis/facts.ts";
import { CannotDistribute, requireCluster, requireReady } from "../../store/distribution/requirements.ts";
import { grantCommand } from "../../store/rights/owner.ts";

export interface Finding {
  /** A stable name. */
  readonly check: string;
  /** `fail`: money or service is lost by it, or will be; `warn`: it may be, or nobody knows. */
  readonly state: "ok" | "warn" | "fail";
  readonly says: string;
  /** What to do about it; empty where it is well. */
  readonly todo: string;
}

/** What a diagnosis knows beside what the database says. */
export interface Circumstances {
  /** Connections that the service takes with its settings. */
  readonly connectionsNeeded: number;
  /** Whether the database is on this machine. */
  readonly isLocal: boolean;
  /** Whether it is the embedded one, whose settings are not the operator's. */
  readonly isEmbedded: boolean;
  /** `sslmode` of DATABASE_URL; empty where it says none. */
  readonly sslMode: string;
}

/** Versions that the tests have run on. */
const versions = { min: 15, max: 18 };
const skewMs = { warn: 1_000, fail: 60_000 };

/** Every check, in the order in which one would look. */
export function findingsOf(facts: DatabaseFacts, circumstances: Circumstances): Finding[] {
  const checks: Readonly<Record<string, Verdict>> = {
    version: ofVersion(facts),
    primary: ofPrimary(facts),
    pooler: ofPooling(facts),
    migrations: ofMigrations(facts),
    rights: ofRights(facts),
    ...ofDurability(facts),
    checksums: isOn(facts, "data_checksums")
      ? ok("on")
      : warn(
          "are off: what a disk spoils is not noticed when it is read",
          "Stop PostgreSQL, run pg_checksums --enable, and start it again.",
        ),
    encoding: ofEncoding(facts),
    forms: ofForms(facts),
    autovacuum: isOn(facts, "autovacuum")
      ? ok("on")
      : fail("is off: tables grow, and plans become wrong", "Set autovacuum = on, and reload."),
    connections: ofConnections(facts, circumstances),
    tls: ofTls(facts, circumstances),
    clock: ofClock(facts),
    archiving: ofArchiving(facts, circumstances),
    ...(facts.cluster === undefined ? {} : { citus: ofCluster(facts.cluster) }),
  };
  return Object.entries(checks).map(([check, verdict]) => ({ check, ...verdict }));
}

type Verdict = Omit<Finding, "check">;

const ok = (says: string): Verdict => ({ state: "ok", says, todo: "" });
const warn = (says: string, todo: string): Verdict => ({ state: "warn", says, todo });
const fail = (says: string, todo: string): Verdict => ({ state: "fail", says, todo });

function isOn({ settings }: DatabaseFacts, name: string): boolean {
  return settings[name] === "on";
}

function ofVersion({ version }: DatabaseFacts): Verdict {
  const major = Math.floor(version / 10_000);
  const says = `PostgreSQL ${major}.${version % 10_000}`;
  if (major < versions.min)
    return fail(`${says} is older than what Tallystick was made for`, `Upgrade to ${versions.min} or later.`);
  return major <= versions.max
    ? ok(says)
    : warn(`${says} is newer than what was tried`, "Try it with a copy of your data first.");
}

function ofPrimary(facts: DatabaseFacts): Verdict {
  if (facts.isStandby)
    return fail("it is a standby, which takes no changes", "Name the primary in DATABASE_URL.");
  return isOn(facts, "default_transaction_read_only")
    ? fail(
        "default_transaction_read_only is on, so changes are refused",
        "Take it away where it was set: ALTER ROLE, ALTER DATABASE or postgresql.conf.",
      )
    : ok("it takes changes");
}

function ofPooling({ pooling }: DatabaseFacts): Verdict {
  switch (pooling) {
    case "none":
      return ok("none is between");
    case "by session":
      return ok("one is between, and a session stays with its client");
    case "by transaction":
      return fail(
        "one is between that gives each transaction to another session, which loses settings, statements and locks",
        "Put it into session mode (PgBouncer: pool_mode = session), or name PostgreSQL itself in DATABASE_URL.",
      );
    case "too few sessions":
      return warn(
        "one is between that has no second session to give",
        "Let it have as many for this role as the service takes (PgBouncer: default_pool_size).",
      );
    default:
      return pooling satisfies never;
  }
}

function ofMigrations({ isMigrated, pooling }: DatabaseFacts): Verdict {
  if (isMigrated === undefined) {
    const because = pooling === "by transaction" ? "because of the pooler" : "because the role may not";
    return warn(`not looked at, ${because}`, "Mend that first, and ask again.");
  }
  return isMigrated
    ? ok("all of this version are there")
    : warn("some of this version are missing", "Run `tallystick migrate`; a start does the same.");
}

function ofRights({ roles, mayCreate, missingGrants, isMigrated }: DatabaseFacts): Verdict {
  if (missingGrants.length > 0)
    return fail(
      `role ${roles.role} lacks rights that serving needs`,
      `As the owner, ${roles.owner}: ${grantCommand(roles)}; or ${missingGrants.join("; ")}.`,
    );
  if (mayCreate)
    return ok(
      roles.role === roles.owner
        ? "the role may serve and migrate; as it owns the tables, triggers alone keep the journal"
        : "the role may serve and migrate",
    );
  return isMigrated === true
    ? ok("the role may serve, and leaves migrations to the owner of the tables")
    : fail(
        "the role may make no tables in the schema public, so it cannot migrate",
        "Run `tallystick migrate` as the owner of the tables; or, as the owner of the schema: GRANT CREATE ON SCHEMA public TO the role.",
      );
}

function ofDurability(facts: DatabaseFacts): Record<string, Verdict> {
  const commit = facts.settings["synchronous_commit"];
  const standbys = facts.settings["synchronous_standby_names"] ?? "";
  return {
    fsync: isOn(facts, "fsync")
      ? ok("on")
      : fail("is off: a crash of the machine can destroy the ledger", "Set fsync = on, and reload."),
    full_page_writes: isOn(facts, "full_page_writes")
      ? ok("on")
      : fail("is off: a crash can leave half a page", "Set full_page_writes = on, and reload."),
    synchronous_commit:
      commit === "off"
        ? warn(
            "is off; Tallystick's own connections turn it on, others that write do not",
            "Set synchronous_commit = on.",
          )
        : ok(commit === "on" && standbys === "" ? "on, with no synchronous standby" : (commit ?? "")),
  };
}

function ofEncoding({ settings }: DatabaseFacts): Verdict {
  const encoding = settings["server_encoding"] ?? "";
  return encoding === "UTF8"
    ? ok(encoding)
    : fail(
        `${encoding} cannot hold every name`,
        "Make the database anew: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.",
      );
}

/** Tallystick's connections set them; who reads the tables by other means meets them. */
function ofForms({ settings }: DatabaseFacts): Verdict {
  const { datestyle = "", intervalstyle = "" } = settings;
  return datestyle.startsWith("ISO") && intervalstyle === "postgres"
    ? ok(`DateStyle ${datestyle}, IntervalStyle ${intervalstyle}`)
    : warn(
        `DateStyle is ${datestyle} and IntervalStyle ${intervalstyle}; Tallystick sets its own, other readers may read days for months`,
        "Set DateStyle = 'ISO, MDY' and IntervalStyle = 'postgres' for the database.",
      );
}

function ofConnections(
  { connectionsFree, connectionsMax }: DatabaseFacts,
  { connectionsNeeded }: Circumstances,
): Verdict {
  const says = `an instance takes ${connectionsNeeded}, ${connectionsFree} of ${connectionsMax} are free`;
  if (connectionsMax < connectionsNeeded)
    return fail(
      says,
      `Set max_connections to ${connectionsNeeded + 10} or more, and start PostgreSQL again.`,
    );
  return connectionsFree < connectionsNeeded
    ? warn(
        `${says}: enough for those that run, or too few for another`,
        "Raise max_connections, or the role's CONNECTION LIMIT.",
      )
    : ok(says);
}

/** PostgreSQL knows of its own end alone, which may be a pooler's; this one is as `sslmode` has it. */
function ofTls({ isEncrypted, pooling }: DatabaseFacts, { isLocal, sslMode }: Circumstances): Verdict {
  const isChecked = sslMode.startsWith("verify-");
  const speaksTls =
    isChecked || ["require", "allow"].includes(sslMode) || (pooling === "none" && isEncrypted);
  const says = speaksTls ? "the connection speaks TLS" : "the connection speaks no TLS";
  if (isChecked) return ok(`${says}, and looks at the certificate`);
  if (isLocal) return ok(`${says}, on this machine`);
  return speaksTls
    ? warn(
        `${says}, and takes any certificate: whoever is between may be the database`,
        "Say sslmode=verify-full in DATABASE_URL; an authority of your own goes into NODE_EXTRA_CA_CERTS.",
      )
    : warn(
        `${says}: secrets and balances cross the network in the clear`,
        "Turn on TLS there, and add ?sslmode=verify-full to DATABASE_URL.",
      );
}

function ofClock({ aheadMs }: DatabaseFacts): Verdict {
  const says = `the database is ${Math.abs(aheadMs)} ms ${aheadMs < 0 ? "behind" : "ahead of"} this machine`;
  const off = Math.abs(aheadMs);
  const todo = "Run a time service (chrony, systemd-timesyncd) on both.";
  if (off >= skewMs.fail) return fail(`${says}: holds and credentials end at wrong times`, todo);
  return off >= skewMs.warn ? warn(says, todo) : ok(says);
}

function ofArchiving(
  { settings, isArchivingFailing }: DatabaseFacts,
  { isEmbedded }: Circumstances,
): Verdict {
  if (isArchivingFailing)
    return fail(
      "archiving of WAL fails, so the disk fills and backups have gaps",
      "Look at pg_stat_archiver and the server's log.",
    );
  const { archive_mode: mode = "off" } = settings;
  return mode === "off"
    ? warn(
        "WAL is not archived: a restore goes back to the last backup",
        isEmbedded
          ? "Run `tallystick backup` as often as you can bear to lose what came since, or set DATABASE_URL."
          : "Archive it (archive_mode, archive_command), unless your provider does or a standby streams it.",
      )
    : ok(mode);
}

function ofCluster(cluster: NonNullable<DatabaseFacts["cluster"]>): Verdict {
  try {
    requireCluster(cluster);
    requireReady(cluster);
    return ok(`${cluster.nodes.length} nodes, all ready`);
  } catch (error) {
    if (!(error instanceof CannotDistribute)) throw error;
    return fail(error.message, "The line says what to do; `tallystick migrate --distribute` tries again.");
  }
}
