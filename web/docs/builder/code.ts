import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import go from "highlight.js/lib/languages/go";
import ini from "highlight.js/lib/languages/ini";
import json from "highlight.js/lib/languages/json";
import protobuf from "highlight.js/lib/languages/protobuf";
import python from "highlight.js/lib/languages/python";
import sql from "highlight.js/lib/languages/sql";
import typescript from "highlight.js/lib/languages/typescript";
import yaml from "highlight.js/lib/languages/yaml";

const languages = { bash, go, ini, json, protobuf, python, sql, typescript, yaml };
for (const [name, language] of Object.entries(languages)) hljs.registerLanguage(name, language);

/** What stands behind a fence, or at the end of a file's name, where that is not a language's name. */
const others: Readonly<Record<string, keyof typeof languages>> = {
  js: "typescript",
  jsonc: "json",
  proto: "protobuf",
  py: "python",
  sh: "bash",
  shell: "bash",
  ts: "typescript",
  yml: "yaml",
};

/** Code as HTML, in which classes say what is what. */
export function highlighted(code: string, name: string): string {
  const language = others[name] ?? name;
  return language in languages ? hljs.highlight(code, { language }).value : escaped(code);
}

/** A text as HTML, and as an attribute's value. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
