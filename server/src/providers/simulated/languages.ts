/** Which language a prompt is in, and how a simulated answer opens in it. */

/** Words that give a language away; the one with most hits wins. */
const telling: Readonly<Record<string, RegExp>> = {
  en: /\b(?:the|is|are|what|how|and|of|you|your|with|this|that|write|explain|for|my|has|have|on|to|in|but|not|it|can|do)\b/giu,
  de: /(?<!\p{L})(?:der|die|das|und|ist|nicht|ich|ein|eine|wie|warum|mir|auf|für|mit|schreibe|erkläre|verstehe|nur|was)(?!\p{L})/giu,
  fr: /(?<!\p{L})(?:le|la|les|des|est|une|pour|dans|que|qui|avec|sur|écris|explique|pourquoi|comment|et|du|quelle?)(?!\p{L})/giu,
  es: /(?<!\p{L})(?:el|la|los|las|una|para|qué|cómo|por|con|escribe|explica|cuál|es|del|que|y|en)(?!\p{L})/giu,
  it: /(?<!\p{L})(?:il|gli|della|che|una|perché|come|scrivi|spiega|sono|con|di|è|qual|nel)(?!\p{L})/giu,
  pt: /(?<!\p{L})(?:os|uma|para|não|por que|como|escreva|explique|com|da|é|qual|em|são)(?!\p{L})/giu,
  nl: /(?<!\p{L})(?:het|een|niet|wat|waarom|hoe|van|schrijf|leg|zijn|voor|met|ik)(?!\p{L})/giu,
};

const scripts: readonly [string, RegExp][] = [
  ["ja", /[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ["zh", /\p{Script=Han}/gu],
  ["ko", /\p{Script=Hangul}/gu],
  ["ru", /\p{Script=Cyrillic}/gu],
  ["ar", /\p{Script=Arabic}/gu],
  ["hi", /\p{Script=Devanagari}/gu],
];

export function languageOf(text: string): string {
  const sample = text.slice(0, 1_500);
  for (const [language, sign] of scripts) {
    if ((sample.match(sign)?.length ?? 0) > sample.length * 0.25) return language;
  }
  let best = "en";
  let most = (sample.match(telling["en"] ?? /$^/g)?.length ?? 0) + 0.5;
  for (const [language, sign] of Object.entries(telling)) {
    const hits = sample.match(sign)?.length ?? 0;
    if (language !== "en" && hits > 1 && hits > most) {
      best = language;
      most = hits;
    }
  }
  return best;
}

const openings: Readonly<Record<string, string>> = {
  de: "(Simulierte Antwort von {model}: aus den Wörtern der Frage gebaut, nicht aus Wissen. Der Rest ist auf Englisch.)",
  fr: "(Réponse simulée de {model} : composée à partir des mots de la question, non de connaissances. La suite est en anglais.)",
  es: "(Respuesta simulada de {model}: compuesta con las palabras de la pregunta, no con conocimientos. El resto está en inglés.)",
  it: "(Risposta simulata di {model}: composta con le parole della domanda, non con conoscenze. Il resto è in inglese.)",
  pt: "(Resposta simulada de {model}: composta com as palavras da pergunta, não com conhecimento. O resto está em inglês.)",
  nl: "(Gesimuleerd antwoord van {model}: gemaakt van de woorden van de vraag, niet van kennis. De rest is in het Engels.)",
  ru: "(Смоделированный ответ {model}: составлен из слов вопроса, а не из знаний. Далее по-английски.)",
  zh: "(这是 {model} 的模拟回答：由问题中的词语拼成，并非来自知识。以下为英文。)",
  ja: "({model} による模擬回答です。質問の言葉から作られたもので、知識に基づくものではありません。以下は英語です。)",
  ko: "({model}의 모의 답변입니다. 질문의 단어로 만든 것이며 지식에 근거하지 않습니다. 이하 영어입니다.)",
  ar: "(إجابة محاكاة من {model}: مؤلفة من كلمات السؤال لا من المعرفة. الباقي بالإنجليزية.)",
  hi: "({model} का कृत्रिम उत्तर: प्रश्न के शब्दों से बना है, ज्ञान से नहीं। शेष अंग्रेज़ी में है।)",
};

/** One honest sentence at the head of every simulated answer. */
export const openingIn = (language: string, model: string): string =>
  (
    openings[language] ?? "(Simulated answer by {model}, built from the words of the prompt and not from knowledge.)"
  ).replace("{model}", model);

/** The head's own words, so that a revision by another model can name its writer. */
export const opening = /^\([^()\n]{0,60}simulated-[a-z]{2,20}[^()\n]{0,160}\)/;
