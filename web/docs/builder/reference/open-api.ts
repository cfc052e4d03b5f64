/** As much of OpenAPI 3.1 as our documents have. */
export interface OpenApi {
  readonly info: { readonly title: string; readonly summary: string; readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  /** By path and verb. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly description: string;
  readonly parameters: readonly Referable<Parameter>[];
  readonly requestBody?: Referable<{ readonly content: Content }>;
  /** By status. */
  readonly responses: Readonly<Record<string, Referable<Response>>>;
}

export type Referable<T> = T | { readonly $ref: string };

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly description?: string;
  readonly required?: boolean;
  readonly schema: Schema;
  readonly example?: unknown;
}

export interface Response {
  readonly description: string;
  readonly content?: Content;
}

/** By media type. */
export type Content = Readonly<Record<string, Media>>;

export interface Media {
  readonly schema: Schema;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly examples?: readonly unknown[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly required?: readonly string[];
  readonly oneOf?: readonly Schema[];
}

/** What a reference leads to, or what stands in its place. */
export function resolved<T extends object>(document: OpenApi, value: Referable<T>): T {
  if (!("$ref" in value) || typeof value.$ref !== "string") return value as T;
  const [, , kind = "", name = ""] = value.$ref.split("/");
  const found = document.components[kind]?.[name];
  if (found === undefined) throw new Error(`there is no ${value.$ref}`);
  return found as T;
}

/** The name of the schema that a reference leads to. */
export function schemaNameOf({ $ref }: Schema): string | undefined {
  return $ref?.split("/").at(-1);
}
