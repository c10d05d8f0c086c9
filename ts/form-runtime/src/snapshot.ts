/** One pass over the DOM: every control with what its markup says about it. */

import {
  all,
  attribute,
  closest,
  contains,
  formOwner,
  frameDocument,
  hasAttribute,
  localName,
  shadowRoot,
  text,
} from "./dom.ts";
import { innerWords } from "./nearby.ts";

/**
 * Kind of a control, one letter: `t`ext `e`mail `p`assword `n`umber or phone `s`earch `u`rl `d`ate `c`heckbox `r`adio
 * `f`ile `S`elect `T`extarea su`B`mit other `b`utton `h`idden.
 */
export type Kind = "t" | "e" | "p" | "n" | "s" | "u" | "d" | "c" | "r" | "f" | "S" | "T" | "B" | "b" | "h";

/** What the pass keeps of a control. Strings are raw attribute values, never field contents. */
export interface Control {
  readonly element: Element;
  readonly kind: Kind;
  readonly form: Element | null;
  readonly name: string;
  readonly id: string;
  readonly label: string;
  /** Radio buttons of one name are one control; this counts them. */
  readonly members: Element[];
}

const SELECTOR = "input,select,textarea,button";
const MOST_CONTROLS = 4096;
const LABEL_LENGTH = 100;
const DEEPEST = 20;
const PAUSE_EVERY = 4096;
const MOST_FORMS = 512;

const KINDS: Readonly<Record<string, Kind>> = {
  __proto__: null as never,
  text: "t",
  email: "e",
  password: "p",
  number: "n",
  tel: "n",
  search: "s",
  url: "u",
  date: "d",
  month: "d",
  week: "d",
  time: "d",
  "datetime-local": "d",
  checkbox: "c",
  radio: "r",
  file: "f",
  submit: "B",
  image: "B",
  button: "b",
  reset: "b",
  hidden: "h",
  range: "n",
  color: "t",
};

/** The opener for closed or unusual shadow roots; by default open roots are entered. */
export type OpenShadowRoot = (host: Element) => ShadowRoot | null;

export interface Snapshot {
  /** In document order; shadow trees and frames come after the tree that holds their host. */
  readonly controls: Control[];
  /** Form elements, also those that no control belongs to (yet). */
  readonly forms: Element[];
}

/** What a search may start from: a document, a shadow root, an element. */
export type Root = ParentNode & Node;

/**
 * Controls below `root`, in document order. `noscript` is ignored: a live page holds it as text. At most 4096 controls
 * are kept. A step ends at every `yield`, so that a caller can pause there.
 */
export function* snapshot(root: Root, openShadowRoot: OpenShadowRoot = shadowRoot): Generator<undefined, Snapshot> {
  const controls: Control[] = [];
  const forms: Element[] = [];
  const roots: { root: Root; depth: number }[] = [{ root, depth: 0 }];
  for (const { root, depth } of roots) {
    const silent = all(root, "noscript");
    const found = all(root, SELECTOR);
    if (found.length > 0) yield* collect(root, found, silent, controls);
    const shells = all(root, "form");
    for (let i = 0; i < shells.length && i < MOST_FORMS; i++) if (!within(silent, shells[i])) forms.push(shells[i]);
    if (depth === DEEPEST) continue;
    const elements = all(root, "*");
    for (let i = 0; i < elements.length; i++) {
      if (i % PAUSE_EVERY === PAUSE_EVERY - 1) yield;
      const inner = openShadowRoot(elements[i]) ?? frameDocument(elements[i]);
      if (inner !== null) roots.push({ root: inner, depth: depth + 1 });
    }
  }
  return { controls, forms };
}

function* collect(
  root: Root,
  found: ArrayLike<Element>,
  silent: ArrayLike<Element>,
  controls: Control[],
): Generator<undefined, void> {
  const labels = labelTexts(root);
  const radios = new Map<Element | null, Map<string, Control>>();
  for (let i = 0; i < found.length && controls.length < MOST_CONTROLS; i++) {
    const element = found[i];
    if (i % 64 === 63) yield;
    if (within(silent, element)) continue;
    const kind = kindOf(element);
    const form = formOwner(element);
    const name = attribute(element, "name");
    if (kind === "r" && name !== "") {
      const group = radios.get(form) ?? new Map<string, Control>();
      const first = group.get(name);
      if (first !== undefined) {
        first.members.push(element);
        continue;
      }
      radios.set(form, group);
      const control = { element, kind, form, name, id: attribute(element, "id"), label: "", members: [element] };
      group.set(name, control);
      controls.push(control);
      continue;
    }
    const id = attribute(element, "id");
    const label = kind === "h" ? "" : labelOf(element, id, kind, labels);
    controls.push({ element, kind, form, name, id, label, members: [element] });
  }
}

function within(outer: ArrayLike<Element>, element: Element): boolean {
  for (let i = 0; i < outer.length; i++) if (contains(outer[i], element)) return true;
  return false;
}

function kindOf(element: Element): Kind {
  switch (localName(element)) {
    case "select":
      return "S";
    case "textarea":
      return "T";
    case "button": {
      const type = attribute(element, "type").toLowerCase();
      return type === "button" || type === "reset" ? "b" : "B";
    }
    default:
      return KINDS[attribute(element, "type").trim().toLowerCase()] ?? "t";
  }
}

interface Labels {
  readonly byId: ReadonlyMap<string, Element>;
  readonly wrapping: boolean;
}

function labelTexts(root: Root): Labels {
  const byId = new Map<string, Element>();
  const labels = all(root, "label");
  let wrapping = false;
  for (let i = 0; i < labels.length; i++) {
    const target = attribute(labels[i], "for");
    if (target === "") wrapping = true;
    else if (!byId.has(target)) byId.set(target, labels[i]);
  }
  return { byId, wrapping };
}

function labelOf(element: Element, id: string, kind: Kind, labels: Labels): string {
  if (kind === "B" || kind === "b") return buttonText(element);
  const own = id === "" ? undefined : labels.byId.get(id);
  let label = own === undefined ? "" : innerWords(own, LABEL_LENGTH);
  if (label === "" && labels.wrapping) {
    const wrapper = closest(element, "label");
    if (wrapper !== null) label = innerWords(wrapper, LABEL_LENGTH);
  }
  if (hasAttribute(element, "aria-labelledby")) {
    const owner = element.ownerDocument;
    for (const reference of attribute(element, "aria-labelledby").split(/\s+/, 4)) {
      const named = Document.prototype.getElementById.call(owner, reference);
      if (named !== null) label += ` ${innerWords(named, LABEL_LENGTH)}`;
    }
  }
  return label;
}

function buttonText(element: Element): string {
  if (localName(element) === "button") {
    const inside = text(element, LABEL_LENGTH);
    return inside === "" ? imageText(element) : inside;
  }
  return `${attribute(element, "value")} ${attribute(element, "alt")}`.slice(0, LABEL_LENGTH);
}

function imageText(element: Element): string {
  const images = all(element, "img,svg,i");
  return images.length === 0 ? "" : `${attribute(images[0], "alt")} ${attribute(images[0], "title")}`;
}
