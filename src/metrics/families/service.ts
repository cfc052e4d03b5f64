import { type Family, gauge } from "../family.ts";

export interface ServiceFigures {
  readonly version: string;
  readonly isReady: () => Promise<boolean>;
  /** When the certificate of the port ends; undefined where it has none. */
  readonly certificateEnd: () => Date | undefined;
}

export function serviceFamilies({ version, isReady, certificateEnd }: ServiceFigures): Family[] {
  return [
    {
      name: "tallystick_build_info",
      type: "gauge",
      help: "1, with the version that serves.",
      labels: ["version"],
      together: "first",
      samples: () => [{ labels: { version }, value: 1 }],
    },
    gauge(
      {
        name: "tallystick_ready",
        help: "Whether calls can be answered, as /readyz says: 1 or 0.",
        together: "min",
      },
      async () => ((await isReady()) ? 1 : 0),
    ),
    gauge(
      {
        name: "tallystick_tls_certificate_end_timestamp_seconds",
        help: "When the certificate of the port ends, in seconds since 1970; not there without TLS.",
        together: "min",
      },
      () => {
        const end = certificateEnd();
        return end === undefined ? undefined : end.getTime() / 1_000;
      },
    ),
  ];
}
