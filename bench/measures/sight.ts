import type { Stretch, Target } from "../load/driver.ts";
import { type Line, rateLine } from "../report.ts";
import { startCollector } from "../sides/collector.ts";
import type { Stage } from "../stage.ts";
import { ratioOf } from "../statistics.ts";
import { inTurn } from "../turns.ts";
import { chargeJob } from "./jobs.ts";
import { chargedTenant } from "./tenants.ts";

const scrapeMsInterval = 1_000;
const none = { LOG_READS: "0", LOG_WRITES: "0" };

/** What it costs to see what the service does: records of calls, scrapes and spans, beside a service that nobody looks at. */
export async function measureSight(stage: Stage): Promise<Line[]> {
  const job = chargeJob(await chargedTenant(stage.deployment));
  const collector = await startCollector();
  const traced = (ratio: string) => ({
    ...{ ...none, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
    ...{ OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: ratio },
  });
  const unseen = await stage.beside(none);
  const usual = await stage.beside({});
  const scraped = await stage.beside(none);
  const logged = await stage.beside({ LOG_READS: "1", LOG_WRITES: "1" });
  const some = await stage.beside(traced("0.01"));
  const all = await stage.beside(traced("1"));
  const turns = await inTurn(stage.options.rounds, {
    unseen: () => stage.load(job, unseen),
    usual: () => stage.load(job, usual),
    scraped: () => whileScraped(scraped, () => stage.load(job, scraped)),
    logged: () => stage.load(job, logged),
    some: () => stage.load(job, some),
    all: () => stage.load(job, all),
  }).finally(() => collector.stop());
  const costOf = (stretches: readonly Stretch[]) => stretches.map(({ costs }) => costs.serverMs);
  const beside = (what: string, stretches: readonly Stretch[]): Line => ({
    ...rateLine(what, stretches),
    ratio: ratioOf(costOf(stretches), costOf(turns.unseen)),
  });
  const target = { atMost: 1.05 };
  return [
    rateLine("unary charge, and nobody looks", turns.unseen),
    { ...beside("processor time with the usual records", turns.usual), target },
    { ...beside("processor time with a scrape a second", turns.scraped), target },
    { ...beside("processor time with a record a call", turns.logged), target },
    { ...beside("processor time with a span of one call in a hundred", turns.some), target },
    beside("processor time with a span of each call", turns.all),
  ];
}

async function whileScraped({ port, authorization }: Target, load: () => Promise<Stretch>): Promise<Stretch> {
  const scrape = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { authorization } });
    if (!(await response.text()).includes("tallystick_ready")) throw new Error("there are no metrics");
  };
  const scraping = setInterval(() => void scrape(), scrapeMsInterval);
  return load().finally(() => clearInterval(scraping));
}
