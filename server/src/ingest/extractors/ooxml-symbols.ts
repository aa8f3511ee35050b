/** Signs that a document names by a font and a place in it. The encodings are those of the fonts Symbol and Wingdings. */

/** Symbol from 0x20 on; a space where there is nothing to say. https://www.unicode.org/Public/MAPPINGS/VENDORS/ADOBE/symbol.txt */
const SYMBOL =
  " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_ αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼" +
  " ".repeat(33) +
  "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈… ―↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊⟨®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪ ⟩∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭";

const WINGDINGS: Readonly<Record<number, string>> = {
  ...{ 34: "✂", 40: "☎", 42: "✉", 54: "⌛", 70: "☞", 74: "☺", 75: "😐", 76: "☹", 81: "✈" },
  ...{ 108: "●", 110: "■", 111: "□", 113: "❑", 114: "❒", 117: "◆", 118: "❖", 119: "⬥", 159: "•" },
  ...{ 167: "▪", 168: "◻", 216: "➢", 223: "←", 224: "→", 225: "↑", 226: "↓", 232: "➔", 240: "⇨" },
  ...{ 251: "✗", 252: "✓", 253: "☒", 254: "☑" },
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
