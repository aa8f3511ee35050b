/** A first question of each kind: it is filled in, not sent. */
import { useWords } from "../i18n/words.tsx";

const examples = [
  ["coding", "ask.exampleCoding"],
  ["factual", "ask.exampleFactual"],
  ["creative", "ask.exampleCreative"],
  ["math", "ask.exampleMath"],
] as const;

export function Examples({ onChoose }: { onChoose: (text: string) => void }) {
  const { t } = useWords();
  return (
    <section className="ask-examples" aria-labelledby="ask-examples">
      <h2 id="ask-examples" className="ask-label">
        {t("ask.examples")}
      </h2>
      <ul className="plain">
        {examples.map(([domain, example]) => (
          <li key={domain}>
            <button type="button" className="ask-example" onClick={() => onChoose(t(example))}>
              <span className="ask-example-kind">{t(`domain.${domain}`)}</span>
              {t(example)}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
