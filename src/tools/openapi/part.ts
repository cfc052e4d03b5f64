import {
  type DescMessage,
  type DescMethod,
  type DescService,
  getOption,
  type Registry,
} from "@bufbuild/protobuf";
import { access } from "../../../gen/tallystick/options/v1/options_pb.ts";
import { type Binding, type BoundMethod, methodBindings } from "../../server/gateway/binding.ts";
import { type Dialect, dialectOf } from "../../server/gateway/dialect.ts";
import { messagesIn } from "../../server/json/fields.ts";
import type { Components } from "./components.ts";
import { ErrorSchemas } from "./error-schemas.ts";
import type { Part } from "./faces.ts";
import type { Manner } from "./manner.ts";
import { type Exchanged, MessageSchemas } from "./message-schemas.ts";
import type { Operation, Response, Tag } from "./openapi.ts";
import { operationOf, tagOf } from "./operations.ts";
import type { Origins } from "./origins.ts";
import { pathOf } from "./path.ts";
import { Responses } from "./responses.ts";

/** An operation, and where it is. */
export interface Described {
  readonly httpMethod: string;
  readonly path: string;
  readonly binding: Binding;
  readonly operation: Operation;
}

/** What a document says of some of its services. */
export interface DescribedPart {
  readonly operations: readonly Described[];
  readonly tags: readonly Tag[];
  readonly responses: Readonly<Record<string, Response>>;
  readonly honoursSystemParameters: boolean;
}

/** Describes the services of a part, in the order of their protos. */
export function describePart(part: Part, origins: Origins, components: Components): DescribedPart {
  const served = servicesOf(part, origins.registry);
  const bindings = served.flatMap(({ service, dialect }) => bindingsOf(service, dialect));
  const [first] = served;
  if (first === undefined) throw new Error(`there are no services of ${part.package}`);
  const { dialect } = first;
  const own = dialectOf(first.service);
  const firstDialect = own === dialect ? undefined : own;
  const manner: Manner = { dialect, firstDialect, prefix: part.prefix };
  const { messages, errors } = schemasFor(manner, bindings, origins, components);
  const responses = new Responses(bindings, part.prefix, messages, errors, origins.reasons);
  const operations = bindings.map((binding) => ({
    httpMethod: binding.httpMethod,
    path: pathOf(binding, messages),
    binding,
    operation: operationOf(binding, {
      prefix: part.prefix,
      messages,
      responses,
      nth: nthOf(binding, bindings),
    }),
  }));
  const methods = new Map(bindings.map(({ method }) => [method.parent, method as DescMethod]));
  return {
    operations,
    tags: [...methods].map(([service, method]) => ({
      name: tagOf(part.prefix, method),
      description: messages.textOf(service),
    })),
    responses: responses.shared,
    honoursSystemParameters: served.some(({ dialect }) => dialect.systemParameters === "honoured"),
  };
}

function servicesOf(part: Part, registry: Registry) {
  const all = [...registry].filter((desc) => desc.kind === "service") as DescService[];
  return all.flatMap((service) => {
    if (service.file.proto.package !== part.package) return [];
    const dialect = part.dialectOf(service);
    return dialect === undefined ? [] : [{ service, dialect }];
  });
}

/** Those of the paths that the protos have; a dialect's other names of them are said once for the document. */
function bindingsOf(service: DescService, dialect: Dialect): Binding[] {
  const methods = service.methods.filter(isBound);
  const bindings = methods.flatMap((method) => methodBindings(method)).map((each) => ({ ...each, dialect }));
  const aliases = new Set(
    bindings
      .map(({ template }) => template.source)
      .filter((path) => dialect.aliasOf(path) !== path)
      .map(dialect.aliasOf),
  );
  return bindings.filter(({ template }) => !aliases.has(template.source));
}

function isBound(method: DescMethod): method is BoundMethod {
  return method.methodKind === "unary" || method.methodKind === "server_streaming";
}

function nthOf(binding: Binding, bindings: readonly Binding[]): number {
  return bindings.filter(({ method }) => method === binding.method).indexOf(binding);
}

function schemasFor(manner: Manner, bindings: readonly Binding[], origins: Origins, components: Components) {
  const messages = new MessageSchemas(manner, exchangedIn(bindings), components, origins);
  // The details of errors are packed, and have no property that is not set.
  const ofDetails: Manner = { ...manner, dialect: { ...manner.dialect, unsetFields: "omitted" } };
  const nothing: Exchanged = { requests: new Set(), responses: new Set(), organizationFields: new Set() };
  const details = new MessageSchemas(ofDetails, nothing, components, origins);
  return {
    messages,
    errors: new ErrorSchemas({ manner, messages: details, components, reasons: origins.reasons }),
  };
}

function exchangedIn(bindings: readonly Binding[]): Exchanged {
  const methods = bindings.map(({ method }) => method);
  return {
    requests: allIn(methods.map(({ input }) => input)),
    responses: allIn(methods.map(({ output }) => output)),
    organizationFields: new Set(methods.map((method) => getOption(method, access).organization)),
  };
}

function allIn(messages: readonly DescMessage[]): ReadonlySet<DescMessage> {
  return new Set(messages.flatMap((message) => [...messagesIn(message)]));
}
