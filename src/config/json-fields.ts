import { ConfigError } from "./config-error.ts";

/** An object of a JSON file, read field by field; each error says where it is. */
export class JsonFields {
  constructor(
    private readonly value: Readonly<Record<string, unknown>>,
    private readonly where: string,
  ) {}

  /** @throws ConfigError where the value is no object, or has a field that is none of `known` */
  static of(value: unknown, where: string, known: readonly string[]): JsonFields {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new ConfigError(`${where} must be an object.`);
    const unknown = Object.keys(value).find((name) => !known.includes(name));
    if (unknown !== undefined)
      throw new ConfigError(
        `${where}.${unknown.slice(0, 50)} is no field there; there may be ${known.join(", ")}.`,
      );
    return new JsonFields(value as Readonly<Record<string, unknown>>, where);
  }

  has(name: string): boolean {
    return this.value[name] !== undefined;
  }

  at(name: string): { readonly value: unknown; readonly where: string } {
    return { value: this.value[name], where: `${this.where}.${name}` };
  }

  /** The field as `parse` takes it, which is undefined for what is not `allowed`, the end of the sentence "… must be …". */
  read<T>(name: string, allowed: string, parse: (value: unknown) => T | undefined): T {
    const parsed = this.has(name) ? parse(this.value[name]) : undefined;
    if (parsed === undefined)
      throw new ConfigError(
        `${this.where}.${name} ${this.has(name) ? "is wrong" : "is missing"}: it must be ${allowed}.`,
      );
    return parsed;
  }

  readOr<T>(name: string, otherwise: T, allowed: string, parse: (value: unknown) => T | undefined): T {
    return this.has(name) ? this.read(name, allowed, parse) : otherwise;
  }
}
