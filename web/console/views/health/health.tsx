import { useMemo } from "preact/hooks";
import { SeriesChart } from "../../components/chart/series-chart.tsx";
import { type Fact, Facts } from "../../components/facts.tsx";
import { Page, Section } from "../../components/page.tsx";
import { SamePaths } from "../../components/same-calls.tsx";
import { Loading } from "../../components/states.tsx";
import { durationText } from "../../words/time.ts";
import { total, valuesOf } from "./exposition.ts";
import { type ChartOf, charts, type Sample } from "./figures.ts";
import { seriesOf } from "./history.ts";
import { useMetrics } from "./use-metrics.ts";

/** How the service is: what waits, what is late, what fails, over the last minutes. */
export default function Health() {
  const { samples, isReady, problem } = useMetrics();
  const newest = samples.at(-1);
  return (
    <Page
      title="Health"
      about="Of the instance that answers, all its processes together, for as long as this page is open"
    >
      <Section title="Now" aside={<Ready isReady={isReady} />}>
        {problem !== "" && (
          <p class="state problem" role="alert">
            {problem}
          </p>
        )}
        {newest === undefined && problem === "" && <Loading what="the figures" />}
        {newest !== undefined && <Facts of={factsOf(newest)} />}
        <p>
          <a href="../docs/operating/monitor">What each figure means, and alerts</a>
        </p>
      </Section>
      {samples.length === 1 && (
        <p class="quiet">The charts begin with the second reading, in some seconds.</p>
      )}
      <div class="charts">
        {samples.length > 1 &&
          charts.map((chart) => <Chart key={chart.title} chart={chart} samples={samples} />)}
      </div>
      <SamePaths paths={["/readyz", "/metrics"]} />
    </Page>
  );
}

function Ready({ isReady }: { isReady: boolean | undefined }) {
  if (isReady === undefined) return null;
  return isReady ? <span class="badge good">ready</span> : <span class="badge bad">not ready</span>;
}

function Chart({ chart, samples }: { chart: ChartOf; samples: readonly Sample[] }) {
  const series = useMemo(() => seriesOf(chart, samples), [chart, samples]);
  return (
    <Section title={chart.title}>
      <SeriesChart label={chart.title} series={series} about={chart.about} size="small" />
    </Section>
  );
}

function factsOf({ at, metrics }: Sample): Fact[] {
  const [version = "unknown"] = valuesOf(metrics, "tallystick_build_info", "version");
  const begun = total(metrics, "process_start_time_seconds");
  const facts: Fact[] = [
    ["Version", version],
    ["Processes", String(total(metrics, "tallystick_workers") ?? 1)],
    ["Open connections of callers", String(total(metrics, "tallystick_connections") ?? "–")],
  ];
  if (begun !== undefined) facts.splice(1, 0, ["Began", `${durationText(at.getTime() - begun * 1_000)} ago`]);
  const silent = total(metrics, "tallystick_workers_silent") ?? 0;
  if (silent > 0) facts.push(["Processes that do not answer", String(silent)]);
  const away = total(metrics, "tallystick_database_nodes_away") ?? 0;
  if (away > 0) facts.push(["Nodes of the database that are away", String(away)]);
  const certificateEnd = total(metrics, "tallystick_tls_certificate_end_timestamp_seconds");
  if (certificateEnd !== undefined)
    facts.push(["Certificate ends in", durationText(certificateEnd * 1_000 - at.getTime())]);
  return facts;
}
