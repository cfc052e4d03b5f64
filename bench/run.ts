import { compare, loads } from "./compare/compare.ts";
import { measureGiven } from "./measures/given.ts";
import { measure, measures } from "./measures/measure.ts";
import { type Options, readOptions } from "./options.ts";
import { Stops } from "./stops.ts";

async function run(options: Options): Promise<void> {
  const stops = new Stops();
  for (const signal of ["SIGINT", "SIGTERM"])
    process.once(signal, () => stops.stop().then(() => process.exit(1)));
  try {
    if (options.database !== "") await measureGiven(options, stops);
    else if (options.against === "") await measure(options, wantedMeasures(options), stops);
    else await compare(options, wanted(options, Object.keys(loads)), stops);
  } finally {
    await stops.stop();
  }
}

/** What takes long runs only where its option asks for it. */
function wantedMeasures(options: Options): string[] {
  const asked = { soak: options.soak > 0, growth: options.growth > 0 };
  const long = Object.entries(asked).flatMap(([name, isAsked]) => (isAsked ? [name] : []));
  const names = wanted(options, Object.keys(measures)).filter((name) => !(name in asked));
  return [...names, ...long];
}

/** @throws an Error that names what does not exist */
function wanted({ only }: Options, names: readonly string[]): readonly string[] {
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`there is no ${unknown}; there are ${names.join(", ")}`);
  return only.length > 0 ? only : names;
}

const names = { alone: Object.keys(measures), against: Object.keys(loads) };

run(readOptions(process.argv.slice(2), names)).then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
