import { misspelledSettings } from "./misspelled-settings.ts";

it.each([
  ["TALLYSTICK_DATADIR", "TALLYSTICK_DATA_DIR"],
  ["TALLYSTICK_PORT", "PORT"],
  ["TALLYSTICK_LOG_LEVEL", "LOG_LEVEL"],
  ["TALLYSTICK_LOGLEVEL", "LOG_LEVEL"],
  ["LOGLEVEL", "LOG_LEVEL"],
  ["DATABASE_URI", "DATABASE_URL"],
  ["DATABASE_DISTRIBUTE", "DATABASE_DISTRIBUTED"],
  ["TALLYSTICK_DATABASE_DISTRIBUTED", "DATABASE_DISTRIBUTED"],
  ["CORS_ORIGIN", "CORS_ORIGINS"],
  ["log_level", "LOG_LEVEL"],
])("takes %s for %s", (name, meant) => {
  expect(misspelledSettings({ [name]: "a secret" })).toEqual([
    `${name} is no setting and changes nothing; did you mean ${meant}?`,
  ]);
});

it("names what has our prefix and is near nothing", () => {
  expect(misspelledSettings({ TALLYSTICK_COLOUR_OF_THE_SKY: "blue" })).toEqual([
    "TALLYSTICK_COLOUR_OF_THE_SKY is no setting and changes nothing",
  ]);
});

it.each(["PORT", "DATABASE_URL"])("takes TALLYSTICK_%s for %s, though that is set", (name) => {
  expect(misspelledSettings({ [name]: "0", [`TALLYSTICK_${name}`]: "1" })).toEqual([
    `TALLYSTICK_${name} is no setting and changes nothing; did you mean ${name}?`,
  ]);
});

it("says nothing of settings, of other programs' variables, nor where the setting is there as well", () => {
  const others = {
    PATH: "/bin",
    HOME: "/",
    HOSTNAME: "x",
    POST: "x",
    REPORT: "x",
    LANG: "C",
    npm_config_x: "y",
    OTEL_EXPORTER_OTLP_HEADERS: "x",
    OTEL_EXPORTER_OTLP_TIMEOUT: "x",
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: "x",
    OTEL_TRACES_EXPORTER: "x",
    OTEL_RESOURCE_ATTRIBUTES: "x",
  };
  expect(misspelledSettings({ LOG_LEVEL: "info", TALLYSTICK_DATA_DIR: "x", ...others })).toEqual([]);
  expect(misspelledSettings({ DATABASE_URL: "postgres://x/y", DATABASE_URLS: "z" })).toEqual([]);
});
