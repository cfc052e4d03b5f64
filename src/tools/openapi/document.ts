import { Components } from "./components.ts";
import { withExamples } from "./examples.ts";
import type { Face } from "./faces.ts";
import type { Document, Operation } from "./openapi.ts";
import type { Origins } from "./origins.ts";
import { sharedParameters, systemParameters } from "./parameters.ts";
import { type Described, describePart } from "./part.ts";
import { headers } from "./responses.ts";

const securitySchemes = {
  basic: { type: "http", scheme: "basic", description: "Client id and secret of a credential." },
  bearer: {
    type: "http",
    scheme: "bearer",
    description: "The secret of a credential, or a token of an identity provider that the operator trusts.",
  },
} as const;

const tokenInQuery = {
  accessToken: {
    type: "apiKey",
    in: "query",
    name: "access_token",
    description: "The same as a Bearer token, where no header says who is calling.",
  },
} as const;

/** The OpenAPI document of an interface. */
export function documentOf(face: Face, origins: Origins): Document {
  const components = new Components();
  const parts = face.parts.map((part) => describePart(part, origins, components));
  const operations = withExamples(
    parts.flatMap((part) => part.operations),
    origins,
  );
  const isGoogles = parts.some(({ honoursSystemParameters }) => honoursSystemParameters);
  const schemes = { ...securitySchemes, ...(isGoogles ? tokenInQuery : {}) };
  return {
    openapi: "3.1.1",
    info: {
      title: face.title,
      summary: face.summary,
      description: face.description,
      version: origins.version,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/", description: "The service that this document comes from." }],
    security: Object.keys(schemes).map((name) => ({ [name]: [] })),
    tags: parts.flatMap(({ tags }) => tags),
    paths: byPath(operations),
    components: {
      schemas: components.schemas,
      responses: merged(parts.map(({ responses }) => responses)),
      parameters: parametersOf(operations),
      headers,
      securitySchemes: schemes,
    },
  };
}

/** Those that operations refer to. */
function parametersOf(described: readonly Described[]): Document["components"]["parameters"] {
  const all = described.flatMap(({ operation }) => operation.parameters);
  const refs = new Set(all.flatMap((parameter) => ("$ref" in parameter ? parameter.$ref : [])));
  const shared = Object.entries({ ...sharedParameters, ...systemParameters });
  return Object.fromEntries(shared.filter(([name]) => refs.has(`#/components/parameters/${name}`)));
}

const verbs = ["get", "put", "post", "delete", "patch"];

function byPath(described: readonly Described[]): Document["paths"] {
  const paths = new Map<string, Record<string, Operation>>();
  for (const { path, httpMethod, operation } of described) {
    const item = paths.get(path) ?? {};
    item[httpMethod.toLowerCase()] = operation;
    paths.set(path, item);
  }
  const sorted = [...paths].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    sorted.map(([path, item]) => {
      const entries = Object.entries(item).sort(([a], [b]) => verbs.indexOf(a) - verbs.indexOf(b));
      return [path, Object.fromEntries(entries)];
    }),
  );
}

function merged<T>(records: readonly Readonly<Record<string, T>>[]): Record<string, T> {
  return Object.assign({}, ...records);
}
