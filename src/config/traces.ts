import { part } from "./part.ts";
import { whole } from "./whole.ts";

/** Where traces go, and which. */
export interface TracesConfig {
  /** The URL that takes them over OTLP with protobuf. */
  readonly url: string;
  readonly serviceName: string;
  readonly sampler: (typeof samplers)[number];
  /** Of which part of the traces that begin here spans are sent, by the samplers of a ratio. */
  readonly ratio: number;
  readonly batches: SpanBatches;
}

/** How spans that have ended are sent together. */
interface SpanBatches {
  readonly maxQueueSize: number;
  readonly maxExportBatchSize: number;
  readonly scheduledDelayMillis: number;
  readonly exportTimeoutMillis: number;
}

const samplers = [
  ...(["always_on", "always_off", "traceidratio"] as const),
  ...(["parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"] as const),
] as const;

/** Those of OpenTelemetry that the service itself looks at; it knows what to do with the others. */
export const tracesSettings = {
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    default: "unset: there are no traces",
    meaning: "The OpenTelemetry collector that gets traces, at /v1/traces below it.",
    allowed: "a URL that begins with http:// or https://",
    parse: parseUrl,
  },
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: {
    default: "unset: /v1/traces of OTEL_EXPORTER_OTLP_ENDPOINT",
    meaning: "The URL that gets traces.",
    allowed: "a URL that begins with http:// or https://",
    parse: parseUrl,
  },
  OTEL_EXPORTER_OTLP_PROTOCOL: {
    default: "http/protobuf",
    meaning: "How traces are sent.",
    allowed: "http/protobuf, which collectors take at port 4318",
    parse: (text: string) => (text === "http/protobuf" ? text : undefined),
  },
  OTEL_SERVICE_NAME: {
    default: "tallystick",
    meaning: "What the service is called in traces.",
    allowed: "a text of up to 255 characters",
    parse: (text: string) => (text.length <= 255 ? text : undefined),
  },
  OTEL_TRACES_SAMPLER: {
    default: "parentbased_always_on",
    meaning: "Which calls have a span; parentbased: those of a trace that has begun elsewhere as it says.",
    allowed: `one of ${samplers.join(", ")}`,
    parse: (text: string) => samplers.find((sampler) => sampler === text),
  },
  OTEL_TRACES_SAMPLER_ARG: {
    default: "1",
    meaning: "Of which part of the calls there is a span, by the samplers whose name has a ratio in it.",
    ...part,
  },
  OTEL_BSP_MAX_QUEUE_SIZE: whole(
    ...([1, 1_000_000, 2_048] as const),
    "How many spans that have ended may wait in each process; further ones are lost.",
  ),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: whole(
    ...([1, 1_000_000, 512] as const),
    "How many of them are sent together, and no more than may wait.",
  ),
  OTEL_BSP_SCHEDULE_DELAY: whole(
    ...([1, 1_000_000, 5_000] as const),
    "After how many milliseconds those are sent that are fewer.",
  ),
  OTEL_BSP_EXPORT_TIMEOUT: whole(
    ...([1, 1_000_000, 30_000] as const),
    "How many milliseconds the collector has to take them.",
  ),
} as const;

type Given = {
  readonly [N in keyof typeof tracesSettings]: ReturnType<(typeof tracesSettings)[N]["parse"]>;
};

/** Undefined where there are no traces. */
export function tracesConfigOf(given: Given): TracesConfig | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own } = given;
  const url = own ?? (base && `${base.replace(/\/$/, "")}/v1/traces`);
  if (url === undefined) return undefined;
  const numberOf = (name: Extract<keyof Given, `OTEL_BSP_${string}`>) =>
    given[name] ?? Number(tracesSettings[name].default);
  return {
    url,
    serviceName: given.OTEL_SERVICE_NAME ?? tracesSettings.OTEL_SERVICE_NAME.default,
    sampler: given.OTEL_TRACES_SAMPLER ?? tracesSettings.OTEL_TRACES_SAMPLER.default,
    ratio: given.OTEL_TRACES_SAMPLER_ARG ?? Number(tracesSettings.OTEL_TRACES_SAMPLER_ARG.default),
    batches: {
      maxQueueSize: numberOf("OTEL_BSP_MAX_QUEUE_SIZE"),
      maxExportBatchSize: numberOf("OTEL_BSP_MAX_EXPORT_BATCH_SIZE"),
      scheduledDelayMillis: numberOf("OTEL_BSP_SCHEDULE_DELAY"),
      exportTimeoutMillis: numberOf("OTEL_BSP_EXPORT_TIMEOUT"),
    },
  };
}

function parseUrl(text: string): string | undefined {
  return /^https?:\/\/./.test(text) && URL.canParse(text) ? text : undefined;
}
