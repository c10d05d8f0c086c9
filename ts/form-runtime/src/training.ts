/** The training build: the runtime and what reads and times labelled snapshots with it. Never part of an extension. */

export * from "./index.ts";

import { loadModel, type ModelFile } from "./model.ts";
import { type Link, trace } from "./trace.ts";
import { type PageVectors, vectorise } from "./vectorise.ts";

export { measure } from "./measure.ts";

/** A label found on an element before it was stripped. */
export interface Mark {
  readonly element: number;
  readonly attribute: string;
  readonly value: string;
}

export interface LabelledVectors extends PageVectors {
  readonly marks: readonly Mark[];
}

/**
 * Parses `html` into a document of its own, takes every attribute whose name begins with one of `labels` off its
 * elements (they would give the answer away), and vectorises what is left.
 */
export function vectorisePage(html: string, labels: readonly string[], named = false): LabelledVectors {
  const page = new DOMParser().parseFromString(html, "text/html");
  const marks = labels.length === 0 ? [] : strip(page, labels);
  return { ...vectorise(page, named), marks };
}

function strip(page: Document, labels: readonly string[]): Mark[] {
  const marks: Mark[] = [];
  for (const [index, element] of Array.from(page.querySelectorAll("*")).entries()) {
    for (const { name, value } of Array.from(element.attributes)) {
      if (!labels.some((label) => name.startsWith(label))) continue;
      marks.push({ element: index, attribute: name, value });
      element.removeAttribute(name);
    }
  }
  return marks;
}

/** The golden chain of a page under a model. */
export function tracePage(html: string, model: ModelFile): Link[] {
  return trace(new DOMParser().parseFromString(html, "text/html"), loadModel(model));
}
