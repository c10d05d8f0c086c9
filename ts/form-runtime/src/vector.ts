/** A sparse vector under construction: hashes in the order of their namespaces. */

import { grams, gramTexts } from "./grams.ts";
import { hashText, within } from "./hash.ts";

/**
 * Features of one segment or field. Namespace `n` owns `hashes[ends[n - 1] .. ends[n]]`; a hash that stands twice
 * counts twice. `names` are the strings behind the hashes, kept only for explanations and golden files.
 */
export interface Vector {
  readonly hashes: Int32Array;
  readonly ends: Int32Array;
  readonly names: readonly string[] | null;
}

/** Namespaces with the seeds that keep equal text in two of them apart. */
export interface Space {
  readonly names: readonly string[];
  readonly seeds: Int32Array;
}

export function space(kind: string, names: readonly string[]): Space {
  return { names, seeds: Int32Array.from(names, (name) => hashText(`${kind}/${name}`)) };
}

const tokens = new Map<string, number>();

function token(text: string): number {
  let hash = tokens.get(text);
  if (hash === undefined) {
    hash = hashText(text);
    if (tokens.size >= 8192) tokens.clear();
    tokens.set(text, hash);
  }
  return hash;
}

/** Fills the namespaces of a {@link Space} one after the other; reusable, since it owns the one growing buffer. */
export class Builder {
  private hashes = new Int32Array(4096);
  private length = 0;
  private ends: number[] = [];
  private names: string[] | null = null;

  constructor(private readonly space: Space) {}

  /** Starts a vector; `named` also keeps the strings. */
  begin(named: boolean): void {
    this.length = 0;
    this.ends = [];
    this.names = named ? [] : null;
  }

  /** n-grams of every word; a word in `seen` is skipped, the others are added to it. */
  words(list: readonly string[], seen: Set<string> | null = null): void {
    for (const word of list) {
      if (seen !== null) {
        if (seen.has(word)) continue;
        seen.add(word);
      }
      const hashes = grams(word);
      const seed = this.space.seeds[this.ends.length];
      this.reserve(hashes.length);
      for (let i = 0; i < hashes.length; i++) this.hashes[this.length++] = within(seed, hashes[i]);
      if (this.names !== null) this.names.push(...gramTexts(word));
    }
  }

  /** One feature by its own name. */
  token(text: string): void {
    this.reserve(1);
    this.hashes[this.length++] = within(this.space.seeds[this.ends.length], token(text));
    if (this.names !== null) this.names.push(text);
  }

  /** Closes the current namespace. */
  close(): void {
    this.ends.push(this.length);
  }

  /** The finished vector; every namespace must have been closed. */
  end(): Vector {
    if (this.ends.length !== this.space.names.length) throw new Error("a namespace was left open");
    return { hashes: this.hashes.slice(0, this.length), ends: Int32Array.from(this.ends), names: this.names };
  }

  private reserve(more: number): void {
    if (this.length + more <= this.hashes.length) return;
    const larger = new Int32Array(Math.max(this.hashes.length * 2, this.length + more));
    larger.set(this.hashes);
    this.hashes = larger;
  }
}
