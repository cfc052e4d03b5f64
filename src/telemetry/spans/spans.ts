import { randomUUID } from "node:crypto";
import { trace } from "@opentelemetry/api";
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace-base";
import type { Logger } from "pino";
import { atMost } from "../../bounds/at-most.ts";
import type { TracesConfig } from "../../config/traces.ts";
import type { Traces } from "../traces.ts";
import { CallSpans } from "./call-spans.ts";
import { CollectorExporter } from "./exporter.ts";

type Sampling = Pick<TracesConfig, "sampler" | "ratio">;

/** How long a stop waits for the collector to take what has ended. */
const stopMsMax = 3_000;

export function createTraces(
  { url, serviceName, batches, ...sampling }: TracesConfig,
  { version, log }: { readonly version: string; readonly log: Logger },
): Traces {
  const exporter = new CollectorExporter(url, log);
  const own = {
    "service.name": serviceName,
    "service.version": version,
    "service.instance.id": randomUUID(),
    "process.pid": process.pid,
  };
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(detectResources({ detectors: [envDetector] }))
      .merge(resourceFromAttributes(own)),
    sampler: samplerOf(sampling),
    spanProcessors: [new BatchSpanProcessor(exporter, batches)],
  });
  const spans = new CallSpans(provider.getTracer("tallystick", version), rootPartOf(sampling));
  return {
    begin: (arrival) => spans.begin(arrival),
    ended: (call) => spans.ended(call),
    settled: (batch) => spans.settled(batch),
    traceIdOf: (call) => spans.traceIdOf(call),
    figures: () => ({ ended: spans.endedCount, exported: exporter.exported, failed: exporter.failed }),
    stop: () => withinStop(provider.shutdown()),
  };
}

/** Which part of the calls that begin a trace has a span. */
function rootPartOf({ sampler, ratio }: Sampling): number {
  if (sampler.endsWith("always_on")) return 1;
  return sampler.endsWith("always_off") ? 0 : ratio;
}

/** What begins a trace was chosen before it has a span: a call by chance, and a batch by the calls in it. */
function samplerOf(sampling: Sampling): Sampler {
  const ofOthers = samplerOfOthers(sampling);
  return {
    shouldSample(context, ...of) {
      if (trace.getSpanContext(context) === undefined)
        return { decision: SamplingDecision.RECORD_AND_SAMPLED };
      return ofOthers.shouldSample(context, ...of);
    },
    toString: () => String(ofOthers),
  };
}

/** Of calls of a trace that has begun elsewhere. */
function samplerOfOthers({ sampler, ratio }: Sampling): Sampler {
  switch (sampler) {
    case "always_on":
      return new AlwaysOnSampler();
    case "always_off":
      return new AlwaysOffSampler();
    case "traceidratio":
      return new TraceIdRatioBasedSampler(ratio);
    default:
      return new ParentBasedSampler({ root: new AlwaysOffSampler() });
  }
}

/** That the collector is away was said when it did not take them. */
async function withinStop(stopped: Promise<void>): Promise<void> {
  await atMost(
    stopped.catch(() => undefined),
    stopMsMax,
    () => undefined,
  );
}
