import { useMemo, useState } from "preact/hooks";
import { type GetActivityResponse, LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { useAnswer } from "../../api/use-answer.ts";
import { useOrganization } from "../../app/organization.tsx";
import { SeriesChart } from "../../components/chart/series-chart.tsx";
import { Section } from "../../components/page.tsx";
import { PeriodChoice } from "../../components/period-choice.tsx";
import { Empty, Loading, Problem } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import { beginOf, type PeriodName } from "../../words/period.ts";
import { dateOf, durationText, timestampOf } from "../../words/time.ts";
import { refusalsOver, volumeOver } from "./activity-series.ts";

/**
 * What was done over time, and what was refused.
 *
 * @param used the currencies in which there are accounts
 */
export function Activity({ organization, used }: { organization: string; used: readonly string[] }) {
  const { currencies: configured } = useOrganization();
  const currencies = [...new Set([...used, ...configured.map(({ code }) => code), "VC"])];
  const [asked, setAsked] = useState("");
  const [period, setPeriod] = useState<PeriodName>("day");
  const currency = asked || (currencies[0] ?? "VC");
  const start = useMemo(() => timestampOf(beginOf(period, new Date())), [period]);
  const { answer, failure, reload } = useAnswer(LedgerService.method.getActivity, {
    ...{ organization, currency, startTime: start },
  });
  const choices = (
    <span class="buttons">
      <label>
        <span class="unseen">Currency of the activity</span>
        <select value={currency} onInput={(event) => setAsked(event.currentTarget.value)}>
          {currencies.map((code) => (
            <option key={code}>{code}</option>
          ))}
        </select>
      </label>
      <PeriodChoice value={period} choose={(chosen) => chosen !== "" && setPeriod(chosen)} />
    </span>
  );
  return (
    <Section title="Activity" aside={choices}>
      {failure !== undefined && <Problem failure={failure} retry={reload} />}
      {failure === undefined && answer === undefined && <Loading what="the activity" />}
      {answer !== undefined && <Charts activity={answer} currency={currency} start={start.seconds} />}
    </Section>
  );
}

interface ChartsProps {
  readonly activity: GetActivityResponse;
  readonly currency: string;
  /** Of the period, in seconds since 1970. */
  readonly start: bigint;
}

function Charts({ activity, currency, start }: ChartsProps) {
  const { placesOf } = useOrganization();
  const places = placesOf(currency);
  const { buckets, step, completeFromTime } = activity;
  const [volume, refusals] = useMemo(
    () => [volumeOver(buckets, places), refusalsOver(buckets)],
    [buckets, places],
  );
  const each = durationText(Number(step?.seconds ?? 0) * 1_000);
  const isCut = completeFromTime !== undefined && completeFromTime.seconds > start;
  return (
    <>
      {isCut && dateOf(completeFromTime) !== undefined && (
        <p class="state notice">
          More was done than one answer counts: what is shown begins at <Time of={completeFromTime} />.
        </p>
      )}
      <h3>Volume in {currency}</h3>
      {volume.lines.length === 0 ? (
        <Empty>Nothing was done in {currency} in this period.</Empty>
      ) : (
        <SeriesChart
          label={`Volume in ${currency} over time`}
          series={volume}
          about={`What was done in ${each}, by kind, and how often.`}
        />
      )}
      <h3>Refusals by reason, in all currencies</h3>
      {refusals.lines.length === 0 ? (
        <Empty>Nothing was refused in this period.</Empty>
      ) : (
        <SeriesChart
          label="Refusals over time"
          series={refusals}
          about={`How many were refused in ${each}. They are kept for seven days, and under load not each of them.`}
        />
      )}
    </>
  );
}
