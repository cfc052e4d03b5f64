import type { LoadJob } from "../load/client.ts";
import type { Line } from "../report.ts";
import { balanceRequest } from "../requests.ts";
import type { EchoPath } from "../sides/echo.ts";
import type { Stage } from "../stage.ts";
import { inTurn, ratioOf } from "../turns.ts";
import { histories, shortHistory, type Tenant } from "./tenants.ts";

const load = { connections: 4, inFlight: 256, customers: [] };

/** Balances of accounts with few and with many entries, beside an echo on the same path. */
export async function measureBalance(stage: Stage): Promise<Line[]> {
  const { options } = stage;
  const { short, long } = await histories(stage);
  const figures = await inTurn(options.rounds, {
    echo: await turnOf(stage, await stage.echo("thin"), short),
    short: await turnOf(stage, stage.server.port, short),
    long: await turnOf(stage, stage.server.port, long),
  });
  return [
    { what: "echo", figures: figures.echo, unit: "/s" },
    {
      ...{ what: `balance, ${shortHistory} entries`, figures: figures.short, unit: "/s" },
      ...{ ratio: ratioOf(figures.short, figures.echo), target: { atLeast: 0.6 } },
    },
    {
      ...{
        what: `balance, ${options.history.toLocaleString("en-US")} entries`,
        figures: figures.long,
        unit: "/s",
      },
      ...{ ratio: ratioOf(figures.long, figures.short), target: { atLeast: 0.9 } },
    },
  ];
}

/** The ways of a gRPC call into the process, with nothing behind them. */
export async function measureEcho(stage: Stage): Promise<Line[]> {
  const nobody = { orgId: "00000000-0000-7000-8000-000000000000", customerIds: ["VC"], accountIds: [] };
  const side = async (path: EchoPath) => turnOf(stage, await stage.echo(path), nobody);
  const figures = await inTurn(stage.options.rounds, {
    thin: await side("thin"),
    connect: await side("connect-node"),
    grpcJs: await side("grpc-js"),
  });
  const { thin, connect, grpcJs } = figures;
  return [
    { what: "echo, connect-node", figures: connect, unit: "/s" },
    {
      what: "echo, thin path",
      figures: thin,
      unit: "/s",
      ratio: ratioOf(thin, connect),
      target: { atLeast: 4 },
    },
    { what: "echo, @grpc/grpc-js", figures: grpcJs, unit: "/s" },
    {
      ...{ what: "echo, thin path beside @grpc/grpc-js", figures: thin, unit: "/s" },
      ...{ ratio: ratioOf(thin, grpcJs), target: { atLeast: 0.7 } },
    },
  ];
}

async function turnOf(stage: Stage, port: number, { orgId, customerIds }: Tenant) {
  const job: Omit<LoadJob, "seconds" | "authorization"> = {
    ...load,
    ...balanceRequest(orgId, customerIds[0] ?? ""),
    port,
  };
  return async () => (await stage.load(job)).perSecond;
}
