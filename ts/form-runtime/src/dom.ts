/**
 * Reading the DOM through the platform's own methods, captured once: a page may name an input `form`, `id` or
 * `getAttribute`, and a form element then answers with that input instead of its property. Nothing here asks for
 * layout or style.
 */

const attributeOf = Element.prototype.getAttribute;
const hasAttributeOf = Element.prototype.hasAttribute;
const queryElement = Element.prototype.querySelectorAll;
const queryDocument = Document.prototype.querySelectorAll;
const queryFragment = DocumentFragment.prototype.querySelectorAll;
const closestOf = Element.prototype.closest;
const containsNode = Node.prototype.contains;

function getter<T>(owner: object, name: string): (this: unknown) => T {
  return Object.getOwnPropertyDescriptor(owner, name)!.get! as (this: unknown) => T;
}

const parentOf = getter<Node | null>(Node.prototype, "parentNode");
const previousOf = getter<Node | null>(Node.prototype, "previousSibling");
const nextOf = getter<Node | null>(Node.prototype, "nextSibling");
const firstOf = getter<Node | null>(Node.prototype, "firstChild");
const lastOf = getter<Node | null>(Node.prototype, "lastChild");
const textOf = getter<string | null>(Node.prototype, "textContent");
const typeOf = getter<number>(Node.prototype, "nodeType");
const nameOf = getter<string>(Element.prototype, "localName");
const shadowOf = getter<ShadowRoot | null>(Element.prototype, "shadowRoot");
const formOwners: Record<string, (this: unknown) => Element | null> = {
  input: getter(HTMLInputElement.prototype, "form"),
  select: getter(HTMLSelectElement.prototype, "form"),
  textarea: getter(HTMLTextAreaElement.prototype, "form"),
  button: getter(HTMLButtonElement.prototype, "form"),
};

/** An attribute's value, or the empty string. */
export function attribute(element: Element, name: string): string {
  return attributeOf.call(element, name) ?? "";
}

/** Whether the attribute is there at all. */
export function hasAttribute(element: Element, name: string): boolean {
  return hasAttributeOf.call(element, name);
}

/** The element's name without prefix, lower case in HTML. */
export function localName(element: Element): string {
  return nameOf.call(element);
}

/** The form that owns a control (also by its `form` attribute), or null. */
export function formOwner(control: Element): Element | null {
  const owner = formOwners[nameOf.call(control)];
  return owner === undefined ? null : owner.call(control);
}

const frameOf = getter<Document | null>(HTMLIFrameElement.prototype, "contentDocument");

/** The document inside a frame of the same origin, or null. */
export function frameDocument(element: Element): Document | null {
  if (nameOf.call(element) !== "iframe") return null;
  try {
    return frameOf.call(element);
  } catch {
    return null; // an `iframe` of another namespace
  }
}

/** The open shadow root, or null. */
export function shadowRoot(element: Element): ShadowRoot | null {
  return shadowOf.call(element);
}

const connectedOf = getter<boolean>(Node.prototype, "isConnected");
export const isConnected = (node: Node): boolean => connectedOf.call(node);
export const parent = (node: Node): Node | null => parentOf.call(node);
export const previous = (node: Node): Node | null => previousOf.call(node);
export const next = (node: Node): Node | null => nextOf.call(node);
export const firstChild = (node: Node): Node | null => firstOf.call(node);
export const lastChild = (node: Node): Node | null => lastOf.call(node);
export const isElement = (node: Node): node is Element => typeOf.call(node) === 1;
export const isText = (node: Node): boolean => typeOf.call(node) === 3;
export const contains = (outer: Node, inner: Node): boolean => containsNode.call(outer, inner);
export const closest = (element: Element, selector: string): Element | null => closestOf.call(element, selector);

/** All descendants matching `selector`, in document order; shadow trees are not entered. */
export function all(root: ParentNode, selector: string): ArrayLike<Element> {
  const type = typeOf.call(root);
  if (type === 1) return queryElement.call(root as Element, selector);
  if (type === 9) return queryDocument.call(root as Document, selector);
  return queryFragment.call(root as DocumentFragment, selector);
}

/** Text of a node and what it contains, at most `most` code units of it read, blanks as single spaces. */
export function text(node: Node, most: number): string {
  const whole = textOf.call(node) ?? "";
  return (whole.length > most * 4 ? whole.slice(0, most * 4) : whole).replace(/\s+/g, " ").trim().slice(0, most);
}
