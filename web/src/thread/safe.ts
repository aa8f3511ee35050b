/** What of a model's Markdown may become elements. Everything else is text. */
import { defaultSchema, type Options } from "rehype-sanitize";

/** The ids of footnotes have their prefix already. Classes are those that code and mathematics are found by. */
export const schema: Options = {
  ...defaultSchema,
  clobberPrefix: "",
  attributes: {
    ...defaultSchema.attributes,
    code: [["className", /^language-./, "math-inline", "math-display"]],
  },
};

type Node = {
  type: string;
  value?: string;
  tagName?: string;
  properties?: Record<string, unknown>;
  children?: Node[];
};

/** HTML in a text is shown as it was written, and not left out; only a line break is one. */
export const htmlAsText = () => (tree: Node) => replaced(tree);

function replaced(node: Node): void {
  if (node.type === "html")
    Object.assign(node, /^<br\s*\/?>$/i.test(node.value ?? "") ? { type: "break" } : asText(node));
  for (const child of node.children ?? []) replaced(child);
}

const asText = ({ value = "" }: Node): Node => ({ type: "text", value });

const HIGHEST = 2;
const LOWEST = 6;

/** Headings so many levels further down, so that they stand below the page's own; what they were is kept for their looks. */
export const headingsDown = (by: number) => (tree: Node) => lowered(tree, by);

function lowered(node: Node, by: number): void {
  const level = Number(/^h([1-6])$/.exec(node.tagName ?? "")?.[1] ?? 0);
  if (level > 0) {
    node.tagName = `h${Math.min(LOWEST, Math.max(HIGHEST, level + by))}`;
    node.properties = { ...node.properties, className: ["md-heading"], dataLevel: level };
  }
  for (const child of node.children ?? []) lowered(child, by);
}

const blocks = new Set(["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote"]);

/** Each block reads in the direction of its own words. */
export const ownDirection = () => (tree: Node) => directed(tree);

function directed(node: Node): void {
  if (blocks.has(node.tagName ?? "")) node.properties = { ...node.properties, dir: "auto" };
  for (const child of node.children ?? []) directed(child);
}

/** Addresses that lead somewhere else; others are text. */
export const isLink = (href: string | undefined): href is string => /^(?:https?:|mailto:)/i.test(href ?? "");
