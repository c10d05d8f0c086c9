/** Features of a segment: what its form, fields and buttons are called, and how it is built. */

import { Concepts } from "./concepts.ts";
import { all, attribute, contains, hasAttribute, parent } from "./dom.ts";
import { FORM_SPACE } from "./generated.ts";
import { innerWords, textBefore } from "./nearby.ts";
import type { Segment } from "./segments.ts";
import type { Control } from "./snapshot.ts";
import { Builder, space, type Vector } from "./vector.ts";
import { words } from "./words.ts";

const builder = new Builder(space("form", FORM_SPACE));
const MOST_LINKS = 12;
const MOST_HEADINGS = 4;

/** The segment's vector in the namespaces of `FORM_SPACE`. */
export function formFeatures(segment: Segment, named = false): Vector {
  const { form, controls } = segment;
  const fields = controls.filter((control) => !"Bbh".includes(control.kind));
  const buttons = controls.filter((control) => control.kind === "B" || control.kind === "b");
  const root = rootOf(segment);
  const sources: Concepts[] = [];
  builder.begin(named);
  const say = (source: string, texts: Iterable<string>): void => {
    const seen = new Set<string>();
    const concepts = new Concepts(source);
    for (const text of texts) {
      const found = words(text);
      builder.words(found, seen);
      concepts.add(found);
    }
    sources.push(concepts);
    builder.close();
  };
  say("action", form === null ? [] : [pathOf(attribute(form, "action"))]);
  say("form", form === null ? [] : [attribute(form, "id"), attribute(form, "name"), attribute(form, "aria-label")]);
  say(
    "name",
    fields.map((field) => field.name),
  );
  say(
    "id",
    fields.map((field) => field.id),
  );
  say("label", fields.flatMap(labelTexts));
  say(
    "near",
    fields
      .filter((field) => field.label === "")
      .slice(0, 12)
      .map((field) => textBefore(field.element, 40)),
  );
  say(
    "button",
    buttons.flatMap((button) => [button.label, attribute(button.element, "title")]),
  );
  say(
    "submit",
    buttons.flatMap((button) => [button.name, button.id]),
  );
  say(
    "hidden",
    controls
      .filter((control) => control.kind === "h")
      .slice(0, 24)
      .map((control) => control.name),
  );
  say("heading", texts(root, "legend,h1,h2,h3,h4", MOST_HEADINGS));
  say("link", texts(root, "a", MOST_LINKS));
  structure(segment, fields, buttons);
  builder.close();
  for (const concepts of sources) concepts.emit(builder);
  builder.close();
  return builder.end();
}

/** The element that holds the whole segment: its form, or what its controls have in common. */
function rootOf({ form, controls }: Segment): Element | null {
  const last = controls.at(-1)?.element ?? null;
  if (last === null || (form !== null && contains(form, last))) return form;
  let at: Node | null = parent(controls[0].element);
  while (at !== null && !contains(at, last)) at = parent(at);
  return at as Element | null;
}

function texts(root: Element | null, selector: string, most: number): string[] {
  if (root === null || root.nodeType !== 1) return [];
  const found = all(root, selector);
  const kept: string[] = [];
  for (let i = 0; i < found.length && i < most; i++) kept.push(innerWords(found[i], 60));
  return kept;
}

function labelTexts(field: Control): string[] {
  const { element } = field;
  return [
    field.label,
    attribute(element, "placeholder"),
    attribute(element, "aria-label"),
    attribute(element, "title"),
    attribute(element, "autocomplete"),
  ];
}

/** A URL without scheme, host and fragment: the host names the site, not the form. */
export function pathOf(url: string): string {
  return url.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*|^\/\/[^/?#]*/i, "").replace(/#.*$/s, "");
}

function level(count: number): string {
  if (count < 5) return String(count);
  return count < 9 ? "5-8" : "9+";
}

function structure(segment: Segment, fields: readonly Control[], buttons: readonly Control[]): void {
  const { form, controls } = segment;
  const counts = new Map<string, number>();
  for (const control of controls) counts.set(control.kind, (counts.get(control.kind) ?? 0) + 1);
  for (const kind of "tepnsudcrfSTBbh") {
    const count = counts.get(kind) ?? 0;
    builder.token(`${kind}=${level(count)}`);
    if (count > 0) builder.token(`${kind}>0`);
  }
  const writable = fields.filter((field) => "tepnsudT".includes(field.kind)).length;
  builder.token(`writable=${level(writable)}`);
  builder.token(`fields=${level(fields.length)}`);
  builder.token(`buttons=${level(buttons.length)}`);
  if (form === null) builder.token("formless");
  else {
    builder.token(`method=${attribute(form, "method").toLowerCase() === "post" ? "post" : "get"}`);
    builder.token(`action=${attribute(form, "action") === "" ? "no" : "yes"}`);
    if (attribute(form, "role") === "search") builder.token("role=search");
    if (attribute(form, "enctype").toLowerCase().includes("multipart")) builder.token("multipart");
    if (hasAttribute(form, "onsubmit")) builder.token("onsubmit");
  }
  const shape = `^${controls
    .filter((control) => control.kind !== "h")
    .slice(0, 40)
    .map((control) => control.kind)
    .join("")}$`;
  for (let size = 2; size <= 4; size++) {
    for (let at = 0; at + size <= shape.length; at++) builder.token(`shape ${shape.slice(at, at + size)}`);
  }
}
