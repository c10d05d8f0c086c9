/** Features of a field: what it is called, what stands around it, how it is built and which neighbours it has. */

import { Concepts } from "./concepts.ts";
import { all, attribute, hasAttribute } from "./dom.ts";
import { pathOf } from "./form_features.ts";
import { FIELD_SPACE } from "./generated.ts";
import { textAfter, textBefore } from "./nearby.ts";
import type { Segment } from "./segments.ts";
import type { Control } from "./snapshot.ts";
import { Builder, space, type Vector } from "./vector.ts";
import { words } from "./words.ts";

const builder = new Builder(space("field", FIELD_SPACE));

/** A segment's fields with what they share, computed once. */
export interface Fields {
  readonly segment: Segment;
  /** Every control but `type=hidden`; buttons are fields too. */
  readonly list: readonly Control[];
  /** Per field its number among those of its kind, from 0. */
  readonly nth: readonly number[];
  readonly totals: ReadonlyMap<string, number>;
  readonly shape: readonly string[];
  readonly action: Concepts;
  readonly buttons: Concepts;
}

export function fieldsOf(segment: Segment): Fields {
  const list = segment.controls.filter((control) => control.kind !== "h");
  const totals = new Map<string, number>();
  const nth = list.map(({ kind }) => {
    const before = totals.get(kind) ?? 0;
    totals.set(kind, before + 1);
    return before;
  });
  const action = new Concepts("action");
  if (segment.form !== null) {
    action.add(words(pathOf(attribute(segment.form, "action"))));
    action.add(words(attribute(segment.form, "id")));
  }
  const buttons = new Concepts("button");
  for (const field of list) if (field.kind === "B") buttons.add(words(field.label));
  return { segment, list, nth, totals, shape: ["^", "^", ...list.map(({ kind }) => kind), "$", "$"], action, buttons };
}

/**
 * The vector of field number `at`, without the namespace `form`: that one holds the segment's probabilities and is filled
 * by the scorer (in training by out-of-fold probabilities).
 */
export function fieldFeatures(fields: Fields, at: number, named = false): Vector {
  const field = fields.list[at];
  const { element } = field;
  const sources: Concepts[] = [];
  builder.begin(named);
  const say = (source: string, ...texts: string[]): void => {
    const concepts = new Concepts(source);
    const seen = new Set<string>();
    for (const text of texts) {
      const found = words(text);
      builder.words(found, seen);
      concepts.add(found);
    }
    sources.push(concepts);
    builder.close();
  };
  const isButton = field.kind === "B" || field.kind === "b";
  say("name", field.name);
  say("id", field.id);
  say("autocomplete", attribute(element, "autocomplete"));
  say("placeholder", attribute(element, "placeholder"));
  say("aria", attribute(element, "aria-label"), attribute(element, "title"));
  say("label", field.label);
  say("before", isButton ? "" : textBefore(element, 40));
  say("after", isButton ? "" : textAfter(element, 30));
  say("option", ...optionTexts(field));
  structure(fields, at);
  builder.close();
  for (const concepts of sources) concepts.emit(builder);
  builder.close();
  neighbours(fields.list, at);
  builder.close();
  for (const kind of fields.totals.keys()) builder.token(`has ${kind}`);
  fields.action.emit(builder);
  fields.buttons.emit(builder);
  builder.close();
  builder.close();
  return builder.end();
}

function optionTexts(field: Control): string[] {
  const { element } = field;
  if (field.kind === "S") {
    const options = all(element, "option");
    const kept = [0, 1, 2, options.length - 1];
    return kept
      .filter((i, at) => i >= 0 && i < options.length && kept.indexOf(i) === at)
      .map((i) => (options[i].textContent ?? "").slice(0, 40));
  }
  if (field.kind === "r") return field.members.slice(0, 4).map((member) => attribute(member, "value"));
  return field.kind === "c" ? [attribute(element, "value")] : [];
}

const LEVELS = [0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 31, 32, 50, 60, 100, 128, 200, 255];

function level(count: number): number {
  let found = -1;
  for (const step of LEVELS) if (count >= step) found = step;
  return found;
}

function structure(fields: Fields, at: number): void {
  const { segment, list, shape } = fields;
  const { kind, element, members, label, name, id } = list[at];
  builder.token(`kind=${kind}`);
  for (const name of ["required", "readonly", "disabled", "pattern", "multiple", "aria-required", "list"]) {
    if (hasAttribute(element, name)) builder.token(name);
  }
  for (const name of ["inputmode", "autocomplete", "autocapitalize", "role"]) {
    const value = attribute(element, name).trim().toLowerCase();
    if (value !== "") builder.token(`${name}=${value.slice(0, 40)}`);
  }
  for (const name of ["maxlength", "size", "rows"]) {
    const value = Number.parseInt(attribute(element, name), 10);
    if (value >= 0) builder.token(`${name}=${level(value)}`);
  }
  if (kind === "S") builder.token(`options=${level(all(element, "option").length)}`);
  if (kind === "r") builder.token(`members=${Math.min(members.length, 6)}`);
  if (label === "") builder.token("no label");
  if (name === "") builder.token("no name");
  else if (name === id) builder.token("name=id");
  builder.token(`${kind} ${Math.min(fields.nth[at] + 1, 4)} of ${Math.min(fields.totals.get(kind) ?? 0, 4)}`);
  builder.token(`at=${Math.min(at, 6)}`);
  builder.token(`from end=${Math.min(list.length - 1 - at, 4)}`);
  builder.token(`fields=${level(list.length)}`);
  builder.token(segment.form === null ? "formless" : `method=${attribute(segment.form, "method").toLowerCase()}`);
  const here = at + 2;
  builder.token(`<${shape[here - 1]}${kind}`);
  builder.token(`<${shape[here - 2]}${shape[here - 1]}${kind}`);
  builder.token(`>${kind}${shape[here + 1]}`);
  builder.token(`>${kind}${shape[here + 1]}${shape[here + 2]}`);
}

function neighbours(fields: readonly Control[], at: number): void {
  for (const [source, index] of [
    ["previous", at - 1],
    ["next", at + 1],
  ] as const) {
    if (index < 0 || index >= fields.length) continue;
    const concepts = new Concepts(source);
    const seen = new Set<string>();
    for (const text of [fields[index].name, fields[index].label]) {
      for (const word of words(text)) {
        if (seen.has(word) || seen.size >= 8) continue;
        seen.add(word);
        builder.token(`${source} ${word}`);
      }
      concepts.add(words(text));
    }
    concepts.emit(builder);
  }
}
