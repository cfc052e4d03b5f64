import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import postgres from "postgres";

// Runs on a Citus cluster the tests that can run there (test/support/citus/selection.json), or those that are named; those
// that say how many calls are answered within a second run after the others, alone.
// `--if-present` takes the short list, and is content where there is no cluster and none can be started.

const packaged = "/usr/lib/postgresql";
const minutesMax = { ci: 8, suites: 60 };
/** A statement of several shards takes several times as long as on one server. */
const testMsMax = 60_000;

const [isContent, named] = [process.argv.includes("--if-present"), process.argv.slice(2).filter(isPath)];
const list = isContent ? "ci" : "suites";
const cluster = await findCluster();
if (typeof cluster === "string") {
  process.stdout.write(`The tests on Citus did not run: ${cluster}\n`);
  process.exit(isContent ? 0 : 1);
}
const selection = JSON.parse(readFileSync("test/support/citus/selection.json", "utf8"));
const paths = named.length > 0 ? named : selection[list];
process.stdout.write(`On Citus: ${paths.join(" ")}\n`);
const isAlone = (path) => selection.alone.includes(path);
const goes = [paths.filter((path) => !isAlone(path)), paths.filter(isAlone)].filter((go) => go.length > 0);
let failed = 0;
for (const go of goes) failed = (await runTests(go)) || failed;
process.exit(failed);

/** Resolves with what Jest exits with. */
function runTests(these) {
  const options = ["--maxWorkers=2", `--testTimeout=${testMsMax}`];
  const jest = spawn(
    process.execPath,
    ["--no-sparkplug", "node_modules/jest/bin/jest.js", ...options, ...these],
    {
      stdio: "inherit",
      env: { ...process.env, ...cluster },
      timeout: minutesMax[list] * 60_000,
      killSignal: "SIGINT",
    },
  );
  return new Promise((resolve) => {
    jest.on("exit", (code, signal) => {
      if (signal !== null || code === 130)
        process.stdout.write(`stopped after ${minutesMax[list]} minutes\n`);
      resolve(code ?? 1);
    });
  });
}

/** The variables of the environment that say where a cluster is, or how one is started; the reason where there is none. */
async function findCluster() {
  const { TEST_DATABASE_URL: url, TEST_CITUS: installation } = process.env;
  if (url) return (await isCoordinator(url)) ? {} : "TEST_DATABASE_URL names no coordinator with nodes.";
  if (installation) return {};
  const found = installed().at(-1);
  if (found !== undefined) return { TEST_CITUS: found };
  return `TEST_CITUS names no PostgreSQL installation with it, TEST_DATABASE_URL no coordinator, and ${packaged} has none.`;
}

async function isCoordinator(url) {
  const sql = postgres(url, { max: 1 });
  try {
    return (await sql`select from pg_dist_node where groupid > 0`).length > 0;
  } catch (error) {
    if (error.code === "42P01") return false;
    throw error;
  } finally {
    await sql.end();
  }
}

function installed() {
  if (!existsSync(packaged)) return [];
  const folders = readdirSync(packaged).map((version) => `${packaged}/${version}`);
  return folders.filter((folder) => existsSync(`${folder}/lib/citus.so`));
}

function isPath(argument) {
  return !argument.startsWith("--");
}
