import { type Content, type OpenApi, type Operation, resolved, type Schema } from "./open-api.ts";
import { type Binding, type Method, mediaOf, methodSection } from "./operation.ts";
import type { Rpcs } from "./rpcs.ts";
import { messagesIn, propertiesTable } from "./schema.ts";

/** Where the reference begins, as if it were a page of the repository. */
export const referenceStart = "docs/reference/README.md";

interface Face {
  /** What its page is called. */
  readonly title: string;
  readonly package: string;
  /** Whether its clients call RPCs. */
  readonly isCalledByRpc: boolean;
}

/** By the names of the documents. */
const faces: Readonly<Record<string, Face>> = {
  native: { title: "Native methods", package: "tallystick.v1", isCalledByRpc: true },
  frontier: { title: "Frontier's methods", package: "raystack.frontier.v1beta1", isCalledByRpc: true },
  "apigee-x": { title: "Apigee X's methods", package: "tallystick.apigee.x.v1", isCalledByRpc: false },
  "apigee-edge": {
    ...{ title: "Apigee Edge's methods", package: "tallystick.apigee.edge.v1", isCalledByRpc: false },
  },
};

/** Of Edge's document, the methods of Apigee X in Edge's manner. */
const management = "Management";

/** The pages of the API's reference, by their names, in Markdown. */
export function referencePages(
  documents: ReadonlyMap<string, OpenApi>,
  rpcs: Rpcs,
): ReadonlyMap<string, string> {
  const described = Object.entries(faces).map(([name, face]) => {
    const document = documents.get(name);
    if (document === undefined) throw new Error(`there is no document ${name}`);
    return { name, face, document };
  });
  const list = described.map(
    ({ name, face, document }) => `- [${face.title}](${name}/README.md): ${document.info.summary}\n`,
  );
  const start = `# API reference

Every method, message and field, with the errors that it may answer. It is made of the same descriptors as what is served.

${list.join("")}
Calls need a credential, \`client id:secret\`, by HTTP Basic: below it is \`$AUTH\`, as [the README](../../README.md#a-first-balance) sets it. The same
for programs is in [OpenAPI](../openapi.md). How paths, queries and JSON map to messages, [REST](../rest.md) says; what to do about each
reason, [Errors](../errors.md).
`;
  return new Map([[referenceStart, start], ...described.flatMap((each) => facePages(each, rpcs))]);
}

interface Described {
  readonly name: string;
  readonly face: Face;
  readonly document: OpenApi;
}

function facePages(
  { name: face, face: { title }, document }: Described,
  rpcs: Rpcs,
): (readonly [string, string])[] {
  const { info, tags } = document;
  const services = tags.map((tag) => ({
    ...tag,
    methods: methodsOf(document, { face, tag: tag.name, rpcs }),
  }));
  const lists = services.map(({ name, description, methods }) => {
    const links = methods.map((method) => `[${method.name}](${fileOf(name)}#${method.name.toLowerCase()})`);
    return `## [${name}](${fileOf(name)})\n\n${description}\n\n${links.join(", ")}\n`;
  });
  const start = `# ${title}\n\n${info.description}\n\n${lists.join("\n")}`;
  const pages = services.map(
    (service) => [`docs/reference/${face}/${fileOf(service.name)}`, servicePage(document, service)] as const,
  );
  return [[`docs/reference/${face}/README.md`, start], ...pages];
}

function fileOf(tag: string): string {
  return `${tag.replace(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase()}.md`;
}

interface ServiceFacts {
  readonly name: string;
  readonly description: string;
  readonly methods: readonly Method[];
}

function servicePage(document: OpenApi, { name, description, methods }: ServiceFacts): string {
  const sections = methods.map((method) => methodSection(document, method));
  const operations = methods.flatMap(({ bindings }) => bindings.map(({ operation }) => operation));
  const messages = messagesIn(
    document,
    operations.flatMap((operation) => schemasOf(document, operation)),
  ).map(([message, schema]) => {
    const table = propertiesTable(schema);
    return `### ${message}\n\n${schema.description ?? ""}\n${table === "" ? "" : `\n${table}`}`;
  });
  return `# ${name}\n\n${description}\n\n${sections.join("\n\n")}\n\n## Messages\n\n${messages.join("\n")}`;
}

/** What a call takes and what it answers where it succeeds. */
function schemasOf(document: OpenApi, { requestBody, parameters, responses }: Operation): Schema[] {
  const answers = Object.entries(responses).filter(([status]) => status.startsWith("2"));
  const bodies = [requestBody, ...answers.map(([, response]) => response)].flatMap((given) =>
    given === undefined ? [] : [resolved<{ readonly content?: Content }>(document, given)],
  );
  const media = bodies.flatMap(({ content }) => mediaOf(content) ?? []);
  const ofParameters = parameters.map((each) => resolved<{ schema: Schema }>(document, each).schema);
  return [...media.map(({ schema }) => schema), ...ofParameters];
}

interface Asked {
  readonly face: string;
  readonly tag: string;
  readonly rpcs: Rpcs;
}

/** The methods of a service, in the order of its proto. */
function methodsOf(document: OpenApi, { face, tag, rpcs }: Asked): Method[] {
  const { package: own = "", isCalledByRpc = false } = faces[face] ?? {};
  const isManagement = face === "apigee-edge" && tag.startsWith(management);
  const service = isManagement
    ? `tallystick.apigee.x.v1.${tag.slice(management.length)}Service`
    : `${own}.${tag}Service`;
  const names = rpcs.get(service);
  if (names === undefined) throw new Error(`no proto has a service ${service}`);
  const bindings = bindingsOf(document).filter(({ operation }) => operation.tags.includes(tag));
  const rpcOf = ({ operation }: Binding) => {
    const id = operation.operationId.replace(/\d+$/, "").replace(/^management(?=[A-Z])/, "");
    return `${id.charAt(0).toUpperCase()}${id.slice(1)}`;
  };
  const strange = bindings.filter((binding) => !names.includes(rpcOf(binding)));
  if (strange.length > 0) throw new Error(`${service} has no ${strange.map(rpcOf).join(", ")}`);
  const methods = names.map((name) => {
    const own = bindings.filter((binding) => rpcOf(binding) === name);
    own.sort((one, other) => (one.operation.operationId < other.operation.operationId ? -1 : 1));
    return { name, fullName: `${service}/${name}`, bindings: own, isCalledByRpc };
  });
  // What Edge's clients do not see of Apigee X is in its own reference.
  return isManagement ? methods.filter((method) => method.bindings.length > 0) : methods;
}

function bindingsOf({ paths }: OpenApi): Binding[] {
  return Object.entries(paths).flatMap(([path, verbs]) =>
    Object.entries(verbs).map(([verb, operation]) => ({ verb, path, operation })),
  );
}
