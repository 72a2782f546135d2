// Bundles src/ into the folder given as the only argument, and writes NOTICES.txt: the licence of every package that went in.
import { build } from "esbuild";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const out = process.argv[2];
const result = await build({
  entryPoints: ["app.js", "viewer.js", "replay.js", "modeler.js", "banjie.css"].map((name) => `src/${name}`),
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2020"],
  charset: "utf8",
  metafile: true,
  legalComments: "none",
  loader: { ".woff": "file", ".woff2": "file", ".ttf": "empty", ".eot": "empty", ".svg": "empty" },
  logLevel: "warning",
});

const packages = new Set();
for (const path of Object.keys(result.metafile.inputs)) {
  const found = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path);
  if (found) packages.add(found[1]);
}

function notice(name) {
  const folder = join("node_modules", name);
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const author = typeof about.author === "string" ? about.author : about.author?.name;
  const head = `${name} ${about.version}, ${about.license ?? "licence not named"}${author ? `, ${author}` : ""}`;
  const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file)).sort();
  return [head, ...texts.map((file) => readFileSync(join(folder, file), "utf8").trim())].join("\n\n");
}

if (existsSync(out)) {
  const parts = [...packages].sort().map(notice);
  const head = "The browser bundles of Banjie contain the following packages.";
  writeFileSync(join(out, "NOTICES.txt"), [head, ...parts].join(`\n\n${"-".repeat(78)}\n\n`) + "\n");
}
