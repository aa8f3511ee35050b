/** The language of the page: its phrases, and how it writes numbers, money and times. English is there at once, others are fetched. */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { usePreferences } from "../data/preferences.ts";
import { type EnglishKey, english } from "./en/index.ts";
import * as format from "./format.ts";
import { fill, type Phrases, type Values } from "./phrases.ts";

export const languages = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof languages;

export type Words = {
  language: Language;
  /** A phrase, with its places filled. */
  t(key: EnglishKey, values?: Values): string;
  /** A phrase whose key is made at run time, such as a closed word of the wire; the word itself where there is none. */
  word(area: string, name: string): string;
  money(dollars: number): string;
  perMillion(dollarsPerToken: number): string;
  duration(ms: number): string;
  score(points: number): string;
  gain(points: number): string;
  percent(share: number): string;
  count(value: number): string;
  bytes(size: number): string;
  moment(time: string): string;
  clock(time: string): string;
  ago(time: string): string;
  list(items: readonly string[]): string;
};

function wordsOf(language: Language, phrases: Phrases): Words {
  const own =
    <Value,>(write: (value: Value, locale: string) => string) =>
    (value: Value) =>
      write(value, language);
  return {
    language,
    t: (key, values = {}) => fill(phrases[key] ?? english[key] ?? key, values, language),
    word: (area, name) => fill(phrases[`${area}.${name}`] ?? name.replaceAll("_", " "), {}, language),
    ...{ money: own(format.money), perMillion: own(format.perMillion), duration: own(format.duration) },
    ...{ score: own(format.score), gain: own(format.gain), percent: own(format.percent), count: own(format.count) },
    ...{ moment: own(format.moment), clock: own(format.clock), list: own(format.list) },
    bytes: own(format.bytes),
    ago: (time) => format.ago(time, Date.now(), language),
  };
}

const WordsContext = createContext<Words>(wordsOf("en", english));

const loaders: Record<Exclude<Language, "en">, () => Promise<Phrases>> = {
  de: () => import("./de/index.ts").then(({ german }) => german),
};

/** What the browser prefers of what we have. */
const preferred = (): Language => {
  const wished = navigator.languages.map((tag) => tag.slice(0, 2));
  return (wished.find((tag) => tag in languages) as Language | undefined) ?? "en";
};

export function WordsProvider({ children }: { children: ReactNode }) {
  const { language: chosen } = usePreferences();
  const language = chosen ?? preferred();
  const [loaded, setLoaded] = useState<{ language: Language; phrases: Phrases } | null>(
    language === "en" ? { language: "en", phrases: english } : null,
  );
  useEffect(() => {
    document.documentElement.lang = language;
    let wanted = true;
    const take = (phrases: Phrases) => wanted && setLoaded({ language, phrases });
    if (language === "en") take(english);
    else loaders[language]().then(take, () => wanted && setLoaded({ language: "en", phrases: english }));
    return () => {
      wanted = false;
    };
  }, [language]);
  const words = useMemo(() => (loaded ? wordsOf(loaded.language, loaded.phrases) : null), [loaded]);
  return words && <WordsContext value={words}>{children}</WordsContext>;
}

export const useWords = (): Words => useContext(WordsContext);
