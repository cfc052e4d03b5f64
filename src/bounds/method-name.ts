/** What is told of a method, in the log, in metrics and in errors: its name as gRPC's paths have it. */
export function methodName(
  method: { readonly name: string; readonly parent: { readonly typeName: string } } | undefined,
): string {
  return method === undefined ? "unknown" : `${method.parent.typeName}/${method.name}`;
}
