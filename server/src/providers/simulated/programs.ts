/** Small programs a simulated model really knows, and outlines for the rest. */

type Program = { asked: RegExp; name: string; python: string; javascript: string; usage: string; cost: string };

export const programs: readonly Program[] = [
  {
    asked: /\brevers\w+\b[^.]{0,40}\bstring|\bstring[^.]{0,30}\brevers/i,
    name: "reverse_string",
    python:
      'def reverse_string(text: str) -> str:\n    if not isinstance(text, str):\n        raise TypeError("text must be a string")\n    return text[::-1]',
    javascript:
      'function reverseString(text) {\n  if (typeof text !== "string") throw new TypeError("text must be a string");\n  return [...text].reverse().join("");\n}',
    usage: '`reverse_string("stressed")` gives `"desserts"`',
    cost: "Cost: linear in the length of the text, O(n) time and O(n) space for the new string.",
  },
  {
    asked: /\bpalindrom/i,
    name: "is_palindrome",
    python:
      "def is_palindrome(text: str) -> bool:\n    letters = [c.lower() for c in text if c.isalnum()]\n    return letters == letters[::-1]",
    javascript:
      "function isPalindrome(text) {\n  const letters = [...text.toLowerCase()].filter((c) => /[\\p{L}\\p{N}]/u.test(c));\n  return letters.every((c, i) => c === letters[letters.length - 1 - i]);\n}",
    usage: '`is_palindrome("Never odd or even")` gives `True`',
    cost: "Cost: O(n) time and O(n) space for the cleaned letters.",
  },
  {
    asked: /\bfibonacci\b/i,
    name: "fibonacci",
    python:
      'def fibonacci(n: int) -> int:\n    if n < 0:\n        raise ValueError("n must not be negative")\n    a, b = 0, 1\n    for _ in range(n):\n        a, b = b, a + b\n    return a',
    javascript:
      'function fibonacci(n) {\n  if (!Number.isInteger(n) || n < 0) throw new RangeError("n must be a natural number");\n  let [a, b] = [0n, 1n];\n  for (let i = 0; i < n; i++) [a, b] = [b, a + b];\n  return a;\n}',
    usage: "`fibonacci(10)` gives `55`",
    cost: "Cost: O(n) additions and constant space.",
  },
  {
    asked: /\bprimes?\b/i,
    name: "is_prime",
    python:
      "def is_prime(n: int) -> bool:\n    if n < 2:\n        return False\n    divisor = 2\n    while divisor * divisor <= n:\n        if n % divisor == 0:\n            return False\n        divisor += 1\n    return True",
    javascript:
      "function isPrime(n) {\n  if (!Number.isInteger(n) || n < 2) return false;\n  for (let divisor = 2; divisor * divisor <= n; divisor++) {\n    if (n % divisor === 0) return false;\n  }\n  return true;\n}",
    usage: "`is_prime(97)` gives `True`",
    cost: "Cost: O(√n) divisions and constant space.",
  },
  {
    asked: /\bfizz ?buzz\b/i,
    name: "fizzbuzz",
    python:
      'def fizzbuzz(limit: int) -> list[str]:\n    lines = []\n    for n in range(1, limit + 1):\n        word = ("Fizz" if n % 3 == 0 else "") + ("Buzz" if n % 5 == 0 else "")\n        lines.append(word or str(n))\n    return lines',
    javascript:
      'function fizzbuzz(limit) {\n  return Array.from({ length: limit }, (_, i) => {\n    const n = i + 1;\n    return (n % 3 ? "" : "Fizz") + (n % 5 ? "" : "Buzz") || String(n);\n  });\n}',
    usage: '`fizzbuzz(15)[-1]` gives `"FizzBuzz"`',
    cost: "Cost: O(n) time and O(n) space for the lines.",
  },
  {
    asked: /\bcommon elements\b|\bintersection of\b/i,
    name: "common_elements",
    python:
      "def common_elements(left: list, right: list) -> list:\n    left, right = sorted(left), sorted(right)\n    found, i, j = [], 0, 0\n    while i < len(left) and j < len(right):\n        if left[i] == right[j]:\n            if not found or found[-1] != left[i]:\n                found.append(left[i])\n            i, j = i + 1, j + 1\n        elif left[i] < right[j]:\n            i += 1\n        else:\n            j += 1\n    return found",
    javascript:
      "function commonElements(left, right) {\n  const known = new Set(left);\n  return [...new Set(right.filter((item) => known.has(item)))];\n}",
    usage: "`common_elements([1, 2, 2, 5], [2, 5, 7])` gives `[2, 5]`",
    cost: "Cost: O(n log n) time for the sorting; apart from the sorted copies nothing is kept but the result.",
  },
  {
    asked: /\bmajority element\b/i,
    name: "majority_element",
    python:
      "def majority_element(numbers: list[int]) -> int | None:\n    candidate, votes = None, 0\n    for number in numbers:\n        if votes == 0:\n            candidate = number\n        votes += 1 if number == candidate else -1\n    return candidate if numbers.count(candidate) * 2 > len(numbers) else None",
    javascript:
      "function majorityElement(numbers) {\n  let candidate = null;\n  let votes = 0;\n  for (const number of numbers) {\n    if (votes === 0) candidate = number;\n    votes += number === candidate ? 1 : -1;\n  }\n  return numbers.filter((n) => n === candidate).length * 2 > numbers.length ? candidate : null;\n}",
    usage: "`majority_element([3, 3, 4, 3])` gives `3`",
    cost: "Cost: two passes, O(n) time and constant space.",
  },
  {
    asked: /\bword (?:count|frequenc)\w*|\bcounts? (?:the )?(?:words|characters|letters|vowels)/i,
    name: "count_words",
    python:
      'from collections import Counter\n\ndef count_words(text: str) -> Counter:\n    return Counter(word.strip(".,;:!?").lower() for word in text.split())',
    javascript:
      "function countWords(text) {\n  const counts = new Map();\n  for (const word of text.toLowerCase().match(/[\\p{L}']+/gu) ?? []) {\n    counts.set(word, (counts.get(word) ?? 0) + 1);\n  }\n  return counts;\n}",
    usage: '`count_words("to be or not to be")["be"]` gives `2`',
    cost: "Cost: O(n) time, and space for each different word.",
  },
  {
    asked: /\bfactorial\b/i,
    name: "factorial",
    python:
      'def factorial(n: int) -> int:\n    if n < 0:\n        raise ValueError("n must not be negative")\n    result = 1\n    for factor in range(2, n + 1):\n        result *= factor\n    return result',
    javascript:
      'function factorial(n) {\n  if (!Number.isInteger(n) || n < 0) throw new RangeError("n must be a natural number");\n  let result = 1n;\n  for (let factor = 2n; factor <= BigInt(n); factor++) result *= factor;\n  return result;\n}',
    usage: "`factorial(5)` gives `120`",
    cost: "Cost: O(n) multiplications and constant space apart from the number itself.",
  },
];

/** NAME stands for the function's name. Each runs as it is. */
export const skeletons: Readonly<Record<string, string>> = {
  python:
    'def NAME(items):\n    if items is None:\n        raise ValueError("items are required")\n    result = []\n    for item in items:\n        if not result or result[-1] != item:  # the rule\n            result.append(item)\n    return result',
  javascript:
    'function NAME(items) {\n  if (!Array.isArray(items)) throw new TypeError("items must be a list");\n  const result = [];\n  for (const item of items) {\n    if (result.at(-1) !== item) result.push(item); // the rule\n  }\n  return result;\n}',
  typescript:
    "function NAME<Item>(items: readonly Item[]): Item[] {\n  const result: Item[] = [];\n  for (const item of items) {\n    if (result.at(-1) !== item) result.push(item); // the rule\n  }\n  return result;\n}",
  java: 'static <T> List<T> NAME(List<T> items) {\n    Objects.requireNonNull(items, "items are required");\n    List<T> result = new ArrayList<>();\n    for (T item : items) {\n        if (result.isEmpty() || !result.getLast().equals(item)) { // the rule\n            result.add(item);\n        }\n    }\n    return result;\n}',
  cpp: "template <typename T>\nstd::vector<T> NAME(const std::vector<T>& items) {\n    std::vector<T> result;\n    for (const T& item : items) {\n        if (result.empty() || result.back() != item) { // the rule\n            result.push_back(item);\n        }\n    }\n    return result;\n}",
  csharp:
    "static List<T> NAME<T>(IEnumerable<T> items) {\n    var result = new List<T>();\n    foreach (var item in items) {\n        if (result.Count == 0 || !Equals(result[^1], item)) { // the rule\n            result.Add(item);\n        }\n    }\n    return result;\n}",
  go: "func NAME[T comparable](items []T) []T {\n\tresult := make([]T, 0, len(items))\n\tfor _, item := range items {\n\t\tif len(result) == 0 || result[len(result)-1] != item { // the rule\n\t\t\tresult = append(result, item)\n\t\t}\n\t}\n\treturn result\n}",
  rust: "fn NAME<T: PartialEq + Clone>(items: &[T]) -> Vec<T> {\n    let mut result: Vec<T> = Vec::new();\n    for item in items {\n        if result.last() != Some(item) { // the rule\n            result.push(item.clone());\n        }\n    }\n    result\n}",
  sql: "SELECT t.id, t.name, COUNT(*) AS total\nFROM items AS t\nWHERE t.name IS NOT NULL -- the rule\nGROUP BY t.id, t.name\nORDER BY total DESC;",
  html: '<!doctype html>\n<title>NAME</title>\n<button id="show">Show one</button>\n<p id="out"></p>\n<script>\n  const items = ["First", "Second", "Third", "Fourth"]; // the content\n  document.getElementById("show").onclick = () => {\n    document.getElementById("out").textContent = items[Date.now() % items.length];\n  };\n</script>',
  bash: 'NAME() {\n  local previous=""\n  while IFS= read -r line; do\n    [ "$line" != "$previous" ] && printf \'%s\\n\' "$line" # the rule\n    previous=$line\n  done\n}',
};
