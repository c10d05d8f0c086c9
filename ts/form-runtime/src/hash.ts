/** The hash contract: 32 bits over UTF-16 code units, the same in every engine, no `Intl`, no floating point. */

const PRIME = 0x01000193;
const MIX = 0x9e3779b1 | 0;

/** Start value of every hash (the FNV-1a offset basis). */
export const SEED = 0x811c9dc5 | 0;

/** One step: folds a code unit into a running hash. */
export function step(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, PRIME);
}

/** Last step: spreads the high bits over the low ones, which choose the bucket (Murmur3's finaliser). */
export function finish(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Hash of a whole string as a signed 32-bit integer. */
export function hashText(text: string): number {
  let h = SEED;
  for (let i = 0; i < text.length; i++) h = step(h, text.charCodeAt(i));
  return finish(h);
}

/** Moves a hash into a namespace: equal text in two namespaces must not share a bucket by rule. */
export function within(namespaceSeed: number, hash: number): number {
  const h = Math.imul(hash ^ namespaceSeed, MIX);
  return h ^ (h >>> 15);
}
