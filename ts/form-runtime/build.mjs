// Bundles the runtime into scripts that Python ships and injects; each defines `hodoscopeForms`.
import { build } from "esbuild";

const folder = process.argv[2] ?? "../../src/hodoscope/forms/runtime";
const shared = {
  bundle: true,
  format: "iife",
  globalName: "hodoscopeForms",
  target: "es2022",
  charset: "utf8",
  minify: true,
  legalComments: "none",
  banner: { js: "/* Hodoscope form runtime, Apache-2.0; built from ts/form-runtime by `npm run build` */" },
};
await build({ ...shared, entryPoints: ["src/index.ts"], outfile: `${folder}/runtime.js` });
await build({ ...shared, entryPoints: ["src/training.ts"], outfile: `${folder}/training.js` });
