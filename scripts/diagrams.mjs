import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, parse } from "node:path";
import { Graphviz } from "@hpcc-js/wasm-graphviz";

// Draws the diagrams of docs/diagrams: graphs (.dot) and totals over time (.txt), each as an SVG beside it. Colours come from the
// classes of what is drawn: web/shared/diagram.css, with the theme's variables of web/shared/theme.css.
const [target = "docs/diagrams"] = process.argv.slice(2);
const folder = "docs/diagrams";
const style = styleOf(
  readFileSync("web/shared/theme.css", "utf8"),
  readFileSync("web/shared/diagram.css", "utf8"),
);
const graphviz = await Graphviz.load();

const look = `
  graph [bgcolor=transparent, fontname=Helvetica, fontsize=14, nodesep=0.4, ranksep=0.35, style=rounded, labeljust=l, pad=0.15]
  node [shape=box, style=rounded, fontname=Helvetica, fontsize=14, margin="0.2,0.1"]
  edge [fontname=Helvetica, fontsize=13, arrowsize=0.7]
`;

/** What Graphviz says of colours, fonts and names goes: classes stay. */
function drawGraph(source) {
  const svg = graphviz.dot(source.replace("{", `{${look}`), "svg");
  const viewBox = /viewBox="([^"]*)"/.exec(svg)[1].split(" ").map(Number);
  const content = svg
    .slice(svg.indexOf("<g "), svg.indexOf("</svg>"))
    .replace(/<title>.*?<\/title>\n|<!--.*?-->\n?/gs, "")
    .replace(/ (id|font-family|fill|stroke|xml:space)="[^"]*"/g, "")
    // Laid out for wider letters than Helvetica's, which not everybody has.
    .replace(/font-size="([\d.]+)"/g, (_all, size) => `font-size="${size - 2}"`)
    .replace(/<polygon points="[^"]*"\/>\n(?=<g)/, "");
  return drawing({ viewBox, content });
}

const [left, top, stepWidth, plotHeight, labelHeight] = [44, 36, 92, 200, 84];
const series = ["posted", "held", "available"];

/** Each total as a line of steps: after each event it has a value until the next. */
function drawTotals(source) {
  const rows = source.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const events = rows.map((row) => {
    const [name, ...values] = row.trim().split(/ {2,}/);
    return { name, values: values.map(Number) };
  });
  const all = events.flatMap(({ values }) => values);
  const [low, high] = [Math.min(0, ...all), Math.max(...all)];
  const y = (value) => Math.round(top + ((high - value) / (high - low)) * plotHeight);
  const x = (index) => left + index * stepWidth;
  const width = x(events.length) + 12;
  const height = top + plotHeight + labelHeight;
  const marks = [high, high / 2, 0, ...(low < 0 ? [low] : [])].map(
    (value) =>
      `<path class="mark" d="M${left} ${y(value)}H${x(events.length)}"/>\n<text class="quiet" text-anchor="end" x="${left - 8}" y="${y(value) + 4}">${value}</text>`,
  );
  // Lines on one another are seen side by side.
  const lines = series.map((name, place) => {
    const path = events.map(({ values }, index) => {
      const height = y(values[place]) + (place - 1) * 3;
      return `${index === 0 ? `M${x(0)} ${height}` : `V${height}`}H${x(index + 1)}`;
    });
    return `<path class="line ${name}" d="${path.join("")}"/>`;
  });
  const legend = series.map(
    (name, place) =>
      `<path class="line ${name}" d="M${left + place * 100} 14h24"/>\n<text x="${left + place * 100 + 30}" y="18">${name}</text>`,
  );
  const names = events.map(({ name }, index) => {
    const spans = name.split(", ").flatMap((part) => wrapped(part));
    const at = x(index) + stepWidth / 2;
    return `<text class="quiet" text-anchor="middle" y="${top + plotHeight + 14}">${spans
      .map((span) => `<tspan x="${at}" dy="14">${span}</tspan>`)
      .join("")}</text>`;
  });
  return drawing({
    viewBox: [0, 0, width, height],
    content: `${[...marks, ...lines, ...legend, ...names].join("\n")}\n`,
  });
}

/** In lines that fit a step. */
function wrapped(text) {
  return text.match(/.{1,14}(?: |$)/g).map((line) => line.trim());
}

function drawing({ viewBox, content }) {
  const [, , width, height] = viewBox.map(Math.round);
  const size = `width="${width}" height="${height}" viewBox="${viewBox.join(" ")}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" class="diagram" ${size}>\n<style>\n${style}</style>\n${content}</svg>\n`;
}

/** What a drawing brings along where it is seen alone; within a page of ours the page has it. */
function styleOf(theme, rules) {
  const used = new Set(rules.match(/--[\w-]+/g));
  const variables = (selector) => {
    const [, block] = new RegExp(`${selector} \\{([^}]*)\\}`).exec(theme);
    return block
      .split(";")
      .map((each) => each.trim())
      .filter((each) => used.has(each.split(":")[0]));
  };
  const light = variables(":root").join(";");
  const dark = variables(':root\\[data-theme="dark"\\]').join(";");
  const plain = rules.replace(/\/\*.*?\*\//gs, "").trim();
  return `.diagram{${light}}\n@media (prefers-color-scheme:dark){.diagram{${dark}}}\n${plain}\n`;
}

for (const name of readdirSync(folder).sort()) {
  const draw = { ".dot": drawGraph, ".txt": drawTotals }[parse(name).ext];
  if (draw === undefined) continue;
  const source = readFileSync(join(folder, name), "utf8");
  writeFileSync(join(target, `${parse(name).name}.svg`), draw(source));
}
