/** Numbers written as lists write them. ISO/IEC 29500-1 17.18.59 (ST_NumberFormat) and ODF's `style:num-format`. */

const ROMAN: readonly [number, string][] = [
  ...([
    [1000, "m"],
    [900, "cm"],
    [500, "d"],
    [400, "cd"],
    [100, "c"],
    [90, "xc"],
  ] as [number, string][]),
  ...([
    [50, "l"],
    [40, "xl"],
    [10, "x"],
    [9, "ix"],
    [5, "v"],
    [4, "iv"],
    [1, "i"],
  ] as [number, string][]),
];

function roman(number: number): string {
  if (number < 1 || number > 32_767) return String(number);
  let [rest, text] = [number, ""];
  for (const [value, sign] of ROMAN) {
    text += sign.repeat(Math.floor(rest / value));
    rest %= value;
  }
  return text;
}

/** a … z, aa, bb … as Word counts. */
function repeated(number: number, letters: string): string {
  const signs = [...letters];
  if (number < 1 || number > 780) return String(number);
  return (signs[(number - 1) % signs.length] ?? "").repeat(Math.ceil(number / signs.length));
}

const inDigits = (number: number, digits: string): string =>
  String(number).replace(/\d/g, (digit) => [...digits][Number(digit)] ?? digit);

/** 十二, 三百四: up to 9999. */
function counted(number: number): string {
  if (number < 1 || number > 9999) return String(number);
  const text = [1000, 100, 10, 1].map((value, at) => {
    const digit = Math.floor(number / value) % 10;
    if (digit === 0) return "";
    return `${digit === 1 && value > 1 ? "" : "一二三四五六七八九"[digit - 1]}${"千百十"[at] ?? ""}`;
  });
  return text.join("");
}

const ONES = (
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen " +
  "eighteen nineteen"
).split(" ");
const TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
const ordinals: Readonly<Record<string, string>> = {
  ...{ one: "first", two: "second", three: "third", five: "fifth", eight: "eighth", nine: "ninth", twelve: "twelfth" },
};

function inWords(number: number): string {
  if (number < 20) return ONES[number] ?? String(number);
  const rest = number % (number < 100 ? 10 : number < 1000 ? 100 : 1000);
  const tail = rest === 0 ? "" : inWords(rest);
  if (number < 100) return `${TENS[Math.floor(number / 10) - 2]}${tail && `-${tail}`}`;
  if (number >= 1_000_000) return String(number);
  const [unit, name] = number < 1000 ? [100, "hundred"] : [1000, "thousand"];
  return `${inWords(Math.floor(number / unit))} ${name}${tail && ` ${tail}`}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function ordinalWords(number: number): string {
  const words = inWords(number);
  return words.replace(
    /[a-z]+$/,
    (last) => ordinals[last] ?? (last.endsWith("y") ? `${last.slice(0, -1)}ieth` : `${last}th`),
  );
}

function ordinal(number: number): string {
  const [ones, tens] = [number % 10, number % 100];
  const ending = tens > 10 && tens < 14 ? "th" : (["th", "st", "nd", "rd"][ones] ?? "th");
  return `${number}${ending}`;
}

/** Enclosed numbers stand in Unicode in blocks of twenty. */
const enclosed = (number: number, first: number): string =>
  number > 0 && number <= 20 ? String.fromCodePoint(first + number - 1) : String(number);

const LATIN = "abcdefghijklmnopqrstuvwxyz";
const RUSSIAN = "абвгдежзиклмнопрстуфхцчшщыэюя";
const formats: Readonly<Record<string, (number: number) => string>> = {
  decimalZero: (number) => String(number).padStart(2, "0"),
  lowerRoman: roman,
  upperRoman: (number) => roman(number).toUpperCase(),
  lowerLetter: (number) => repeated(number, LATIN),
  upperLetter: (number) => repeated(number, LATIN.toUpperCase()),
  russianLower: (number) => repeated(number, RUSSIAN),
  russianUpper: (number) => repeated(number, RUSSIAN.toUpperCase()),
  hebrew1: (number) => repeated(number, "אבגדהוזחטיכלמנסעפצקרשת"),
  hebrew2: (number) => repeated(number, "אבגדהוזחטיכלמנסעפצקרשת"),
  arabicAlpha: (number) => repeated(number, "أبتثجحخدذرزسشصضطظعغفقكلمنهوي"),
  arabicAbjad: (number) => repeated(number, "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ"),
  aiueo: (number) => repeated(number, "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ"),
  aiueoFullWidth: (number) =>
    repeated(number, "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"),
  iroha: (number) => repeated(number, "ｲﾛﾊﾆﾎﾍﾄﾁﾘﾇﾙｦﾜｶﾖﾀﾚｿﾂﾈﾅﾗﾑｳヰﾉｵｸﾔﾏｹﾌｺｴﾃｱｻｷﾕﾒﾐｼヱﾋﾓｾｽ"),
  ganada: (number) => repeated(number, "가나다라마바사아자차카타파하"),
  chosung: (number) => repeated(number, "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ"),
  ordinal,
  cardinalText: (number) => capital(inWords(number)),
  ordinalText: (number) => capital(ordinalWords(number)),
  hex: (number) => number.toString(16).toUpperCase(),
  chicago: (number) => ["*", "†", "‡", "§"][(number - 1) % 4]?.repeat(Math.ceil(number / 4)) ?? String(number),
  numberInDash: (number) => `- ${number} -`,
  decimalEnclosedCircle: (number) => enclosed(number, 0x2460),
  decimalEnclosedCircleChinese: (number) => enclosed(number, 0x2460),
  decimalEnclosedParen: (number) => enclosed(number, 0x2474),
  decimalEnclosedFullstop: (number) => enclosed(number, 0x2488),
  decimalFullWidth: (number) => inDigits(number, "０１２３４５６７８９"),
  decimalFullWidth2: (number) => inDigits(number, "０１２３４５６７８９"),
  ideographDigital: (number) => inDigits(number, "〇一二三四五六七八九"),
  japaneseDigitalTenThousand: (number) => inDigits(number, "〇一二三四五六七八九"),
  taiwaneseDigital: (number) => inDigits(number, "〇一二三四五六七八九"),
  thaiNumbers: (number) => inDigits(number, "๐๑๒๓๔๕๖๗๘๙"),
  hindiNumbers: (number) => inDigits(number, "०१२३४५६७८९"),
  japaneseCounting: counted,
  chineseCounting: counted,
  chineseCountingThousand: counted,
  taiwaneseCounting: counted,
  taiwaneseCountingThousand: counted,
  none: () => "",
};

/** In a format nobody here knows: decimal. */
export function numeral(number: number, format: string): string {
  const written = number >= 0 ? formats[format]?.(number) : undefined;
  return written ?? String(number);
}

/** A format of Word's own making, such as `001, 002, 003, ...`: its zeros are kept. */
export function customNumeral(number: number, example: string): string {
  const first = /^0*\d+/.exec(example.trim())?.[0] ?? "";
  return String(number).padStart(Math.min(first.length, 10), "0");
}
