/** The sums a prompt asks for, and whether the sums in an answer are right. */

export type Sum = { expression: string; value: number };

const number = String.raw`\d[\d,]{0,14}(?:\.\d{1,8})?`;
const termed = new RegExp(
  String.raw`(?<![\w.^])\(?-?\(?${number}\)?(?:[ ]{0,2}[-+*/^×÷x][ ]{0,2}\(?-?${number}\)?){1,8}(?![\w^])`,
  "g",
);
const percent = new RegExp(String.raw`(${number}) ?(?:%|percent) of \$?(${number})`, "gi");
const defined = /\bf\(x\) ?= ?([^,;?\n]{1,80}?)(?=,|;|\?|\n|$| find| what| for)/i;
const applied = /\bf\((-?\d{1,6}(?:\.\d{1,6})?)\)/i;

/** Every plain expression in the text with its true value, at most four. */
export function sumsIn(text: string): Sum[] {
  const found: Sum[] = [];
  const add = (expression: string, value: number | null) => {
    if (value !== null && found.every((sum) => sum.expression !== expression)) found.push({ expression, value });
  };
  const body = defined.exec(text)?.[1];
  const argument = applied.exec(text)?.[1];
  if (body && argument) add(`f(${argument})`, evaluate(body, Number(argument)));
  for (const [, share, whole] of text.matchAll(percent))
    add(`${share} / 100 * ${whole}`, evaluate(`${share}/100*${whole}`));
  for (const [hit] of text.matchAll(termed)) {
    if (/^\d{4} ?[-/] ?\d{2,4}$/.test(hit) || /^\d{1,2}[-/]\d{1,2}[-/]\d{2,4}$/.test(hit)) continue;
    const expression = hit.replaceAll("x", "*");
    if (balanced(expression)) add(expression.trim(), evaluate(expression));
  }
  return found.slice(0, 4);
}

const equation = new RegExp(`(${number}(?:[ ]{0,2}[-+*/×÷][ ]{0,2}${number}){1,6})[ ]{0,2}=[ ]{0,2}(-?${number})`, "g");

/** The wrong equations of a text, each as written and as it should be. */
export function slipsIn(text: string): { wrong: string; right: string }[] {
  const slips: { wrong: string; right: string }[] = [];
  for (const hit of text.matchAll(equation)) {
    const [whole, left = "", right = ""] = hit;
    const before = text.slice(0, hit.index).trimEnd().at(-1) ?? "";
    const after = text.slice(hit.index + whole.length).trimStart()[0] ?? "";
    if (/[-+*/×÷^(=)\w.%√]/.test(before) && /[-+*/×÷^(=)√%.]/.test(before)) continue;
    if (/[-+*/×÷^(%]/.test(after)) continue;
    const value = evaluate(left);
    const claimed = Number(right.replaceAll(",", ""));
    if (value === null || Math.abs(value - claimed) <= Math.max(0.006, Math.abs(value) * 0.005)) continue;
    slips.push({ wrong: whole, right: `${left} = ${plain(value)}` });
  }
  return slips;
}

/** At most four decimals, no trailing noughts. */
export const plain = (value: number): string => `${Math.round(value * 10_000) / 10_000}`;

const balanced = (text: string): boolean => text.split("(").length === text.split(")").length;

/** The value of an expression of numbers, `x`, + - * / ^ and brackets; null when it is none. `2x` is a product. */
function evaluate(expression: string, x?: number): number | null {
  const tokens = expression
    .replaceAll(",", "")
    .replaceAll("×", "*")
    .replaceAll("÷", "/")
    .match(/\d+(?:\.\d+)?|[-+*/^()]|x|\S/g);
  if (!tokens || tokens.length > 60) return null;
  let at = 0;
  const atom = (): number => {
    const token = tokens[at++];
    if (token === "-") return -power();
    if (token === "x" && x !== undefined) return x;
    if (token === "(") {
      const inside = sum();
      return tokens[at++] === ")" ? inside : Number.NaN;
    }
    return token !== undefined && /^\d/.test(token) ? Number(token) : Number.NaN;
  };
  const power = (): number => {
    const base = atom();
    if (tokens[at] !== "^") return base;
    at++;
    return base ** power();
  };
  const product = (): number => {
    let value = power();
    for (;;) {
      const token = tokens[at];
      if (token === "*" || token === "/") {
        at++;
        value = token === "*" ? value * power() : value / power();
      } else if (token === "x" || token === "(") value *= power();
      else return value;
    }
  };
  const sum = (): number => {
    let value = product();
    while (tokens[at] === "+" || tokens[at] === "-")
      value = tokens[at++] === "+" ? value + product() : value - product();
    return value;
  };
  const value = sum();
  return at === tokens.length && Number.isFinite(value) ? value : null;
}
