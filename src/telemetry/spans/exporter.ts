import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import type { SpanExporter } from "@opentelemetry/sdk-trace-base";
import type { Logger } from "pino";

type Spans = Parameters<SpanExporter["export"]>[0];
type Done = Parameters<SpanExporter["export"]>[1];

/** Sends spans to a collector, counts what came of it, and says once when it is away, and when it is back. */
export class CollectorExporter implements SpanExporter {
  readonly #log: Logger;
  readonly #exporter: SpanExporter;
  #isAway = false;
  exported = 0;
  failed = 0;

  constructor(url: string, log: Logger) {
    this.#log = log;
    this.#exporter = new OTLPTraceExporter({ url });
  }

  export(spans: Spans, done: Done): void {
    this.#exporter.export(spans, (result) => {
      // ExportResultCode.SUCCESS, which is a const of a package that is not ours to import.
      if (result.code === 0) this.exported += spans.length;
      else this.failed += spans.length;
      this.#note(result.error, result.code === 0);
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }

  #note(err: Error | undefined, isTaken: boolean): void {
    if (isTaken === !this.#isAway) return;
    this.#isAway = !isTaken;
    if (isTaken) this.#log.info("the collector takes traces again");
    else this.#log.warn({ err }, "the collector does not take traces, which are lost until it does");
  }
}
