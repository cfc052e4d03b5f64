import { type Family, gauge, type Sample } from "../family.ts";

interface Connections {
  readonly max: number;
  readonly open: number;
  readonly busy: number;
  readonly waiting: number;
}

export interface DatabaseFigures {
  readonly connections: () => Readonly<Record<string, Connections>>;
  readonly nodesAway: () => number;
}

export function databaseFamilies({ connections, nodesAway }: DatabaseFigures): Family[] {
  const ofKinds = (
    of: Pick<Family, "name" | "help">,
    labels: readonly string[],
    samplesOf: (kind: string, figures: Connections) => readonly Sample[],
  ): Family => ({
    ...of,
    type: "gauge",
    labels,
    together: "sum",
    samples: () => Object.entries(connections()).flatMap(([kind, figures]) => samplesOf(kind, figures)),
  });
  return [
    ofKinds(
      {
        name: "tallystick_database_connections",
        help: "Open connections to the database, by what they are for (wide, keyed, callers, lanes), and whether somebody is at work on them (busy, idle).",
      },
      ["kind", "state"],
      (kind, { open, busy }) => [
        { labels: { kind, state: "busy" }, value: busy },
        { labels: { kind, state: "idle" }, value: open - busy },
      ],
    ),
    ofKinds(
      { name: "tallystick_database_connections_max", help: "How many there may be of each kind." },
      ["kind"],
      (kind, { max }) => [{ labels: { kind }, value: max }],
    ),
    ofKinds(
      { name: "tallystick_database_waiting", help: "Who waits for a connection, or for a turn on a lane." },
      ["kind"],
      (kind, { waiting }) => [{ labels: { kind }, value: waiting }],
    ),
    gauge(
      {
        name: "tallystick_database_nodes_away",
        help: "Nodes of a distributed database that do not answer.",
        together: "max",
      },
      nodesAway,
    ),
  ];
}
