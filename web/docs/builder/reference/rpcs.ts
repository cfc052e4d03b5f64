/** Full names of services, each with the names of its methods. */
export type Rpcs = ReadonlyMap<string, readonly string[]>;

/** What protos define, of their texts. */
export function rpcsOf(protos: readonly string[]): Rpcs {
  return new Map(
    protos.flatMap((text) => {
      const name = /^package ([\w.]+);/m.exec(text)?.[1];
      const services = [...text.matchAll(/^service (\w+) \{\n(.*?)^\}/gms)];
      return services.map(([, service, body = ""]): [string, string[]] => [
        `${name}.${service}`,
        [...body.matchAll(/^ {2}rpc (\w+)\(/gm)].map(([, method = ""]) => method),
      ]);
    }),
  );
}
