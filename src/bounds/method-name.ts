/** A method's name in logs, metrics and errors: as in the paths of gRPC. */
export function methodName(
  method: { readonly name: string; readonly parent: { readonly typeName: string } } | undefined,
): string {
  return method === undefined ? "unknown" : `${method.parent.typeName}/${method.name}`;
}
