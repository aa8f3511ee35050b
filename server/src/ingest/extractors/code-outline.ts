/** What source code defines and imports, by its grammar. */
import { createRequire } from "node:module";
import path from "node:path";
import { Language, type Node, Parser, type Tree } from "web-tree-sitter";

export type Definition = {
  kind: string;
  /** With what it is in: `Reader.close`. */
  symbol: string;
  /** Lines, from 1, both included. */
  from: number;
  to: number;
  /** The first sentence of the comment above, or of the text it begins with. */
  says: string | null;
};

export type Outline = { definitions: Definition[]; imports: string[]; broken: boolean };

const grammars: Readonly<Record<string, string>> = {
  javascript: "javascript",
  typescript: "typescript",
  tsx: "tsx",
  python: "python",
  java: "java",
  c: "cpp",
  cpp: "cpp",
  csharp: "c-sharp",
  go: "go",
  rust: "rust",
  ruby: "ruby",
  php: "php",
  shell: "bash",
  powershell: "powershell",
};

/** Node types of all grammars, and what they define. */
const defining: Readonly<Record<string, string>> = {
  function_declaration: "function",
  function_definition: "function",
  function_item: "function",
  function_statement: "function",
  generator_function_declaration: "function",
  local_function_statement: "function",
  method_definition: "method",
  method_declaration: "method",
  method: "method",
  singleton_method: "method",
  constructor_declaration: "constructor",
  property_declaration: "property",
  class_declaration: "class",
  abstract_class_declaration: "class",
  class_definition: "class",
  class_specifier: "class",
  class_statement: "class",
  class: "class",
  interface_declaration: "interface",
  struct_specifier: "struct",
  struct_declaration: "struct",
  struct_item: "struct",
  record_declaration: "record",
  enum_declaration: "enum",
  enum_specifier: "enum",
  enum_item: "enum",
  trait_item: "trait",
  trait_declaration: "trait",
  impl_item: "impl",
  mod_item: "module",
  module: "module",
  namespace_definition: "namespace",
  namespace_declaration: "namespace",
  internal_module: "namespace",
  type_alias_declaration: "type",
  type_spec: "type",
  type_item: "type",
  macro_definition: "macro",
  variable_declarator: "function",
};

const importing = [
  "import_statement",
  "import_from_statement",
  "import_declaration",
  "import_spec",
  "use_declaration",
  "using_directive",
  "namespace_use_declaration",
  "preproc_include",
  "future_import_statement",
];

/** Milliseconds a grammar may take. */
const BUDGET = 10_000;
const SAYS_LENGTH = 300;
const languages = new Map<string, Promise<Language>>();
const require = createRequire(import.meta.url);

/** Null: there is no grammar for it, or the grammar took too long. */
export async function outlineOf(text: string, language: string): Promise<Outline | null> {
  const grammar = grammars[language];
  if (grammar === undefined) return null;
  const parser = new Parser(...(await started()));
  const tree = await parsed(parser, text, grammar);
  try {
    if (!tree) return null;
    const nodes = tree.rootNode.descendantsOfType(Object.keys(defining)).filter((node) => node !== null);
    return {
      definitions: definitionsOf(nodes, text),
      imports: [...new Set(importsOf(tree.rootNode))],
      broken: tree.rootNode.hasError,
    };
  } finally {
    tree?.delete();
    parser.delete();
  }
}

let ready: Promise<void> | undefined;

async function started(): Promise<[]> {
  ready ??= Parser.init();
  await ready;
  return [];
}

async function parsed(parser: Parser, text: string, grammar: string): Promise<Tree | null> {
  const folder = path.dirname(require.resolve("@vscode/tree-sitter-wasm/package.json"));
  const loaded = languages.get(grammar) ?? Language.load(path.join(folder, "wasm", `tree-sitter-${grammar}.wasm`));
  languages.set(grammar, loaded);
  parser.setLanguage(await loaded);
  const end = performance.now() + BUDGET;
  return parser.parse(text, null, { progressCallback: () => performance.now() > end });
}

/** In the order they begin, outer ones first. */
function definitionsOf(nodes: readonly Node[], text: string): Definition[] {
  const lines = text.split("\n");
  const around: { name: string; end: number }[] = [];
  const definitions: Definition[] = [];
  for (const node of nodes) {
    const name = nameOf(node);
    if (name === null || (node.type === "variable_declarator" && !holdsFunction(node))) continue;
    while ((around.at(-1)?.end ?? Number.POSITIVE_INFINITY) <= node.startIndex) around.pop();
    const symbol = [...around.map((outer) => outer.name), name].join(".");
    around.push({ name, end: node.endIndex });
    const [from, to] = [node.startPosition.row + 1, node.endPosition.row + 1];
    definitions.push({ kind: defining[node.type] ?? node.type, symbol, from, to, says: saidOf(node, lines) });
  }
  return definitions;
}

function nameOf(node: Node): string | null {
  const own =
    node.childForFieldName("name") ??
    declared(node) ??
    node.childForFieldName("type") ??
    node.namedChildren.find((child) => child?.type === "function_name");
  const name = own?.text.trim() ?? "";
  return name === "" || name.length > 200 || name.includes("\n") ? null : name;
}

/** C and C++ wrap a function's name in its declarators. */
function declared(node: Node): Node | null {
  let inner = node.childForFieldName("declarator");
  for (let depth = 0; inner && depth < 8; depth++) {
    const next = inner.childForFieldName("declarator");
    if (!next) return inner;
    inner = next;
  }
  return null;
}

function holdsFunction(node: Node): boolean {
  const value = node.childForFieldName("value");
  return value !== null && /^(arrow_function|function_expression|function|class)$/.test(value.type);
}

function saidOf(node: Node, lines: readonly string[]): string | null {
  const body = node.childForFieldName("body")?.firstNamedChild;
  const inside = body?.type === "expression_statement" && body.firstNamedChild?.type === "string" ? body.text : null;
  const above: string[] = [];
  for (let row = node.startPosition.row - 1; row >= 0 && above.length < 40; row--) {
    const line = (lines[row] ?? "").trim();
    if (/^(@|#\[|\[)/.test(line)) continue;
    if (!/^(\/\/|\/\*|\*|#(?!include|define|!))/.test(line) && !line.endsWith("*/")) break;
    above.unshift(line);
  }
  const words = (inside ?? above.join("\n"))
    .replace(/^[ \t]*(\/\*+|\*+\/|\*|\/\/[/!]*|#+|[rub]*("""|'''|"|'))|("""|'''|\*\/)\s*$/gm, "")
    .replace(/\s+/g, " ")
    .trim();
  const [sentence = ""] = /^.*?[.!?](?=\s|$)/.exec(words) ?? [words];
  return sentence === "" ? null : sentence.slice(0, SAYS_LENGTH);
}

function* importsOf(root: Node): Generator<string> {
  for (const node of root.descendantsOfType(importing)) {
    const from =
      node?.childForFieldName("source") ?? node?.childForFieldName("module_name") ?? node?.childForFieldName("path");
    const text = from?.text ?? node?.text.trimEnd().replace(/^(import|using|use|#\s*include)\s+|;$/g, "") ?? "";
    const name = text
      .replace(/^["'<]|["'>]$/g, "")
      .replace(/\s+/g, " ")
      .trim();
    if (name !== "" && name.length <= 300 && !name.startsWith("(")) yield name;
  }
  for (const node of root.descendantsOfType(["call", "call_expression"])) {
    const called = /^require(?:_relative)?\s*\(?\s*["']([^"']{1,200})["']/.exec(node?.text.slice(0, 250) ?? "")?.[1];
    if (called !== undefined) yield called;
  }
}
