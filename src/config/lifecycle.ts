/** How long a start and a stop may take, in milliseconds. */
export interface LifecycleConfig {
  /** What a start waits for its database. */
  readonly databaseWaitMs: number;
  /** From the signal to the end of everything: what is still served while nobody should come any more. */
  readonly shutdownDelayMs: number;
  /** What running calls get to end after that. */
  readonly shutdownGraceMs: number;
}

const secondsMax = 3_600;
const allowed = `a whole number of seconds from 0 to ${secondsMax}`;

/** Milliseconds. */
function parseSeconds(text: string): number | undefined {
  return /^\d{1,4}$/.test(text) && Number(text) <= secondsMax ? Number(text) * 1_000 : undefined;
}

/** The settings of start and stop. */
export const lifecycleSettings = {
  DATABASE_WAIT_SECONDS: {
    default: "60",
    meaning: "How long a start waits for a database that cannot be reached yet, or takes no changes.",
    allowed,
    parse: parseSeconds,
  },
  SHUTDOWN_DELAY_SECONDS: {
    default: "0",
    meaning: "How long everything is still served after a signal, while /readyz says 503 already.",
    allowed,
    parse: parseSeconds,
  },
  SHUTDOWN_GRACE_SECONDS: {
    default: "10",
    meaning: "How long running calls get to end after that, before they are cut off.",
    allowed,
    parse: parseSeconds,
  },
} as const;

type Given = Readonly<Record<keyof typeof lifecycleSettings, number | undefined>>;

export function lifecycleConfigOf(given: Given): LifecycleConfig {
  const msOf = (name: keyof Given) => given[name] ?? Number(lifecycleSettings[name].default) * 1_000;
  return {
    databaseWaitMs: msOf("DATABASE_WAIT_SECONDS"),
    shutdownDelayMs: msOf("SHUTDOWN_DELAY_SECONDS"),
    shutdownGraceMs: msOf("SHUTDOWN_GRACE_SECONDS"),
  };
}
