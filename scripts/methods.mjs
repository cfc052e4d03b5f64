import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

// Makes the tables of docs/native.md, which begin with its first heading of the second level, from the protos.
const [page = "docs/native.md"] = process.argv.slice(2);
const prefix = "/tallystick/v1";
/** Field numbers of FileDescriptorProto.service and ServiceDescriptorProto.method, of which a comment's path consists. */
const [serviceField, methodField] = [6, 2];

// Found in node_modules/.bin, which npm puts on the path.
const { status, stdout, error } = spawnSync("buf", ["build", "proto", "-o", "-#format=json"], {
  encoding: "utf8",
  maxBuffer: 256 * 1024 * 1024,
  stdio: ["ignore", "pipe", "inherit"],
});
if (status !== 0) {
  if (error) process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
const files = JSON.parse(stdout)
  .file.filter((file) => file.package === "tallystick.v1")
  // As they are given, one stands behind those that it imports.
  .sort((one, other) => one.name.localeCompare(other.name));
const tables = files.flatMap((file) =>
  (file.service ?? []).map((service, index) => tableOf(file, service, index)),
);
const introduction = readFileSync(page, "utf8").split(/^## /m)[0];
writeFileSync(page, `${introduction}${tables.join("\n")}`);

function tableOf(file, service, index) {
  const comment = (...path) => firstSentence(commentAt(file, [serviceField, index, ...path]));
  const rows = service.method.map((method, each) => {
    const { permissions, scope } = method.options["[tallystick.options.v1.access]"];
    const bindings = bindingsOf(method.options["[google.api.http]"]).map((binding) => `\`${binding}\``);
    const cells = [
      method.name,
      bindings.join("<br>"),
      permissionOf(permissions, scope),
      comment(methodField, each),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const heading = `## ${service.name}\n\n${comment()} Messages: [${file.name}](../proto/${file.name}).\n`;
  return `${heading}\n| method | REST | permission | what it does |\n|---|---|---|---|\n${rows.join("\n")}\n`;
}

function bindingsOf({ additionalBindings = [], body: _body, responseBody: _response, ...rule }) {
  const own = Object.entries(rule).map(([verb, path]) => `${verb.toUpperCase()} ${path.replace(prefix, "")}`);
  return [...own, ...additionalBindings.flatMap(bindingsOf)];
}

function permissionOf(permissions, scope) {
  const names = permissions.map((each) => each.replace("PERMISSION_", "").toLowerCase().replaceAll("_", " "));
  const name = names.join(" or ");
  if (scope === "SCOPE_PLATFORM") return `${name}, on the platform`;
  return scope === "SCOPE_ORGANIZATION_OR_PLATFORM"
    ? `${name}; without an organization, on the platform`
    : name;
}

function commentAt({ name, sourceCodeInfo }, path) {
  const { leadingComments } = sourceCodeInfo.location.find(
    (location) => location.path?.join() === path.join(),
  );
  if (leadingComments === undefined) throw new Error(`${name} has no comment at ${path.join(".")}`);
  return leadingComments.trim().replaceAll(/\s+/g, " ").replaceAll("|", "\\|");
}

function firstSentence(text) {
  return /^.*?[.](?= |$)/.exec(text)?.[0] ?? text;
}
