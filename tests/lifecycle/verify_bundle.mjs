// Verifies a model-signing bundle with what every browser has: WebCrypto, base64, JSON.
//   node verify_bundle.mjs FOLDER BUNDLE PUBLIC_KEY_PEM
// Prints "verified" or one line with the reason, and exits with 0 or 1. Nothing but reading the files is Node's own.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const PAYLOAD_TYPE = "application/vnd.in-toto+json";
const decode = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

class Refusal extends Error {}

/** WebCrypto wants r‖s (64 bytes); a bundle holds ASN.1 DER: 30 len 02 len r 02 len s. */
function rawSignature(der) {
  const raw = new Uint8Array(64);
  if (der[0] !== 0x30 || der[1] !== der.length - 2) throw new Refusal("signature is no DER sequence");
  let at = 2;
  for (const half of [0, 32]) {
    const length = der[at + 1];
    let integer = der.subarray(at + 2, at + 2 + length);
    if (der[at] !== 0x02 || integer.length !== length || length === 0) throw new Refusal("signature holds no DER integer");
    while (integer.length > 32 && integer[0] === 0) integer = integer.subarray(1); // DER integers are signed
    if (integer.length > 32) throw new Refusal("signature number is longer than P-256 has");
    raw.set(integer, half + 32 - integer.length);
    at += 2 + length;
  }
  if (at !== der.length) throw new Refusal("bytes after the signature");
  return raw;
}

/** DSSE's pre-authentication encoding. */
function preAuthenticated(type, payload) {
  const head = new TextEncoder().encode(`DSSEv1 ${type.length} ${type} ${payload.length} `);
  const whole = new Uint8Array(head.length + payload.length);
  whole.set(head);
  whole.set(payload, head.length);
  return whole;
}

async function verify(files, bundle, pem) {
  const envelope = bundle.dsseEnvelope;
  if (envelope.payloadType !== PAYLOAD_TYPE || envelope.signatures.length !== 1) throw new Refusal("unknown envelope");
  const spki = decode(pem.replace(/-----[A-Z ]+-----|\s/g, ""));
  const key = await crypto.subtle.importKey("spki", spki, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
  const payload = decode(envelope.payload);
  const algorithm = { name: "ECDSA", hash: "SHA-256" };
  const signature = rawSignature(decode(envelope.signatures[0].sig));
  if (!(await crypto.subtle.verify(algorithm, key, signature, preAuthenticated(PAYLOAD_TYPE, payload)))) {
    throw new Refusal("the signature does not match");
  }
  const statement = JSON.parse(new TextDecoder().decode(payload));
  const signed = new Map(statement.predicate.resources.map((resource) => [resource.name, resource.digest]));
  for (const name of files.keys()) if (!signed.has(name)) throw new Refusal(`extra file ${name}`);
  for (const [name, digest] of signed) {
    if (!files.has(name)) throw new Refusal(`missing file ${name}`);
    if (hex(await crypto.subtle.digest("SHA-256", files.get(name))) !== digest) throw new Refusal(`changed file ${name}`);
  }
}

const [folder, bundlePath, keyPath] = process.argv.slice(2);
const files = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
try {
  await verify(files, JSON.parse(readFileSync(bundlePath, "utf8")), readFileSync(keyPath, "utf8"));
  console.log("verified");
} catch (error) {
  console.log(`refused: ${error.message}`);
  process.exitCode = 1;
}
