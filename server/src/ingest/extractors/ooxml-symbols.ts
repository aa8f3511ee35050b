/** Signs that a document names by a font and a place in it. The encodings are those of the fonts Symbol and Wingdings. */

/** Symbol from 0x20 on; a space where there is nothing to say. https://www.unicode.org/Public/MAPPINGS/VENDORS/ADOBE/symbol.txt */
const SYMBOL =
  " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_ αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼" +
  " ".repeat(33) +
  "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈… ―↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊⟨®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪ ⟩∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭";

const WINGDINGS: Readonly<Record<number, string>> = {
  ...{ 0x22: "✂", 0x28: "☎", 0x2a: "✉", 0x36: "⌛", 0x46: "☞", 0x4a: "☺", 0x4b: "😐", 0x4c: "☹", 0x51: "✈" },
  ...{ 0x6c: "●", 0x6e: "■", 0x6f: "□", 0x71: "❑", 0x72: "❒", 0x75: "◆", 0x76: "❖", 0x77: "⬥", 0x9f: "•" },
  ...{ 0xa7: "▪", 0xa8: "◻", 0xd8: "➢", 0xdf: "←", 0xe0: "→", 0xe1: "↑", 0xe2: "↓", 0xe8: "➔", 0xf0: "⇨" },
  ...{ 0xfb: "✗", 0xfc: "✓", 0xfd: "☒", 0xfe: "☑" },
};

/** `char` is hexadecimal, often in the private area from F000 on. Empty: a sign that has no meaning outside its font. */
export function symbol(font: string, char: string): string {
  const code = Number.parseInt(char, 16);
  if (!(code > 0x1f && code <= 0xffff)) return "";
  const isPrivate = code >= 0xe000 && code <= 0xf8ff;
  const place = isPrivate ? code & 0xff : code;
  if (/^wingdings$/i.test(font)) return WINGDINGS[place] ?? "";
  if (/^symbol$/i.test(font) && place < 0x100) return (SYMBOL[place - 0x20] ?? "").trim();
  return isPrivate ? "" : String.fromCharCode(code);
}
