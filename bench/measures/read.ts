import { type Line, rateLine, rates } from "../report.ts";
import type { EchoPath } from "../sides/echo.ts";
import type { Stage } from "../stage.ts";
import { ratioOf } from "../statistics.ts";
import { inTurn } from "../turns.ts";
import { balanceJob } from "./jobs.ts";
import { histories, shortHistory } from "./tenants.ts";

/** Balances of accounts with few and with many entries, beside an echo on the same path. */
export async function measureBalance(stage: Stage): Promise<Line[]> {
  const tenants = await histories(stage);
  const thin = await stage.echo("thin");
  const { echo, short, long } = await inTurn(stage.options.rounds, {
    echo: () => stage.load(balanceJob(tenants.short), thin),
    short: () => stage.load(balanceJob(tenants.short)),
    long: () => stage.load(balanceJob(tenants.long)),
  });
  return [
    rateLine("echo", echo),
    {
      ...rateLine(`balance, ${shortHistory} entries`, short),
      ...{ ratio: ratioOf(rates(short), rates(echo)), target: { atLeast: 0.6 } },
    },
    {
      ...rateLine(`balance, ${stage.options.history.toLocaleString("en-US")} entries`, long),
      ...{ ratio: ratioOf(rates(long), rates(short)), target: { atLeast: 0.9 } },
    },
  ];
}

/** The ways of a gRPC call into the process, with nothing behind them. */
export async function measureEcho(stage: Stage): Promise<Line[]> {
  const job = balanceJob({ orgId: "00000000-0000-7000-8000-000000000000", customerIds: ["VC"] });
  const side = async (path: EchoPath) => {
    const target = await stage.echo(path);
    return () => stage.load(job, target);
  };
  const { thin, connect, grpcJs } = await inTurn(stage.options.rounds, {
    thin: await side("thin"),
    connect: await side("connect-node"),
    grpcJs: await side("grpc-js"),
  });
  return [
    rateLine("echo, connect-node", connect),
    {
      ...rateLine("echo, thin path", thin),
      ...{ ratio: ratioOf(rates(thin), rates(connect)), target: { atLeast: 4 } },
    },
    rateLine("echo, @grpc/grpc-js", grpcJs),
    {
      ...rateLine("echo, thin path beside @grpc/grpc-js", thin),
      ...{ ratio: ratioOf(rates(thin), rates(grpcJs)), target: { atLeast: 0.7 } },
    },
  ];
}
