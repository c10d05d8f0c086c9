// Reads weights.json (and weights.bin beside it) as a browser does, and prints every array as JSON.
//   node read_weights.mjs FOLDER
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [folder] = process.argv.slice(2);
const head = JSON.parse(readFileSync(join(folder, "weights.json"), "utf8"));
const binaryPath = join(folder, "weights.bin");
const binary = existsSync(binaryPath) ? new Uint8Array(readFileSync(binaryPath)).buffer : new ArrayBuffer(0);
const READ = {
  "<f4": [4, (view, at) => view.getFloat32(at, true)],
  "<f8": [8, (view, at) => view.getFloat64(at, true)],
  "<i4": [4, (view, at) => view.getInt32(at, true)],
  "<i8": [8, (view, at) => Number(view.getBigInt64(at, true))],
};

const arrays = {};
for (const [name, { dtype, shape, values, offset }] of Object.entries(head.arrays)) {
  const [bytes, read] = READ[dtype];
  const count = shape.reduce((product, length) => product * length, 1);
  const view = new DataView(binary);
  arrays[name] = values ?? Array.from({ length: count }, (_, index) => read(view, offset + index * bytes));
}
console.log(JSON.stringify({ format: head.format, kind: head.kind, arrays }));
