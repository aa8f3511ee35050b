/** What is known of a file beside its text. */
import type { StoredFile } from "@orchestratex/sdk/contract";
import { useState } from "react";
import { useWords } from "../i18n/words.tsx";
import { Empty } from "../ui/parts.tsx";
import { Scrolled } from "../versions/scrolled.tsx";
import { type Fact, factsOf, type NamedFact } from "./facts.ts";

export function Facts({ file: { metadata, analysis } }: { file: StoredFile }) {
  const { t } = useWords();
  const [known, found] = [factsOf(metadata), factsOf(analysis)];
  if (known.length + found.length === 0)
    return (
      <Empty title={t("library.noFacts")}>
        <p>{t("library.noFactsHint")}</p>
      </Empty>
    );
  return (
    <div className="file-facts">
      {known.length > 0 && (
        <section>
          <h2>{t("library.metadata")}</h2>
          <FactList facts={known} />
        </section>
      )}
      {found.length > 0 && (
        <section>
          <h2>{t("library.analysis")}</h2>
          <FactList facts={found} />
        </section>
      )}
    </div>
  );
}

function FactList({ facts }: { facts: readonly NamedFact[] }) {
  return (
    <dl className="file-dl">
      {facts.map(({ name, fact }) => (
        <div key={name} data-wide={fact.kind === "table" || fact.kind === "facts" || fact.kind === "many"}>
          <dt>
            <FactName name={name} />
          </dt>
          <dd>
            <Value fact={fact} name={name} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function FactName({ name }: { name: string }) {
  const { word } = useWords();
  return <bdi>{word("library.fact", name)}</bdi>;
}

function Value({ fact, name }: { fact: Fact; name: string }) {
  const { t, bytes, moment, duration, language } = useWords();
  switch (fact.kind) {
    case "text":
      return (
        <span className="file-value" dir="auto">
          {fact.text}
        </span>
      );
    case "language":
      return <bdi>{languageName(fact.text, language)}</bdi>;
    case "moment":
      return <time dateTime={fact.text}>{moment(fact.text)}</time>;
    case "link":
      return (
        <a href={fact.text} target="_blank" rel="noreferrer noopener nofollow" className="library-breaks">
          {fact.text}
        </a>
      );
    case "number":
      return new Intl.NumberFormat(language, {
        maximumFractionDigits: 6,
        useGrouping: !/year|number|serial|(^|_)id$/.test(name),
      }).format(fact.value);
    case "bytes":
      return bytes(fact.value);
    case "seconds":
      return duration(fact.value * 1_000);
    case "flag":
      return t(fact.value ? "library.yes" : "library.no");
    case "many":
      return <Many fact={fact} />;
    case "table":
      return <FactTable fact={fact} name={name} />;
    case "facts":
      return <FactList facts={fact.facts} />;
  }
}

/** Of a language's tag; the tag, where nobody knows the language, as of one that is programmed in. */
function languageName(tag: string, language: string): string {
  try {
    return new Intl.DisplayNames(language, { type: "language", fallback: "code" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

function Many({ fact: { items, more } }: { fact: Extract<Fact, { kind: "many" }> }) {
  const { t } = useWords();
  return (
    <ul className="plain file-many">
      {items
        .map((item, index) => ({ item, key: `${index} ${item}` }))
        .map(({ item, key }) => (
          <li key={key} dir="auto">
            {item}
          </li>
        ))}
      {more > 0 && <li>{t("library.andMore", { count: more })}</li>}
    </ul>
  );
}

const ROWS = 50;

function FactTable({ fact: { columns, rows }, name }: { fact: Extract<Fact, { kind: "table" }>; name: string }) {
  const { t, word } = useWords();
  const [shown, setShown] = useState(ROWS);
  const numbered = rows.slice(0, shown).map((cells, row) => ({ cells, row }));
  return (
    <>
      <Scrolled className="file-fact-table" name={word("library.fact", name)}>
        <table className="table">
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  <FactName name={column} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {numbered.map(({ cells, row }) => (
              <tr key={row}>
                {columns.map((column, at) => {
                  const cell = cells[at];
                  return <td key={column}>{cell && <Value fact={cell} name={column} />}</td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolled>
      {rows.length > shown && (
        <button type="button" className="button small" onClick={() => setShown(shown + 500)}>
          {t("library.moreRows", { count: rows.length - shown })}
        </button>
      )}
    </>
  );
}
