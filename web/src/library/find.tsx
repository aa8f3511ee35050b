/** Looking for passages inside all files, by similarity. */
import type { FileHit, FileHits } from "@orchestratex/sdk/contract";
import { TextSearch } from "lucide-react";
import { type FormEvent, useEffect, useState } from "react";
import { Link } from "wouter";
import { useWords } from "../i18n/words.tsx";
import { Failure } from "../ui/failure.tsx";
import { Empty, Skeleton } from "../ui/parts.tsx";
import { useHits, useProcessing } from "./data.ts";
import { QUERY_MAX } from "./filters.ts";
import { piecesOf } from "./highlight.ts";
import { TypeIcon } from "./icons.tsx";
import { placeWords, trailOf } from "./place.ts";

type BoxProps = { query: string; onFind: (query: string) => void };

export function FindBox({ query, onFind }: BoxProps) {
  const { t } = useWords();
  const [typed, setTyped] = useState(query);
  useEffect(() => setTyped(query), [query]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onFind(typed.trim());
  };
  return (
    <search>
      <form className="library-find" onSubmit={submit}>
        <div className="search">
          <TextSearch aria-hidden="true" />
          <input
            type="search"
            className="input"
            dir="auto"
            value={typed}
            maxLength={QUERY_MAX}
            placeholder={t("library.findHint")}
            aria-label={t("library.find")}
            onChange={({ target }) => {
              setTyped(target.value);
              if (target.value === "") onFind("");
            }}
          />
        </div>
        <button type="submit" className="button">
          {t("library.findNow")}
        </button>
      </form>
    </search>
  );
}

export function Found({ query, onClear }: { query: string; onClear: () => void }) {
  const { t } = useWords();
  const { data, error, isPending, refetch } = useHits(query);
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (isPending)
    return (
      <div className="library-waiting">
        <Skeleton lines={6} />
      </div>
    );
  return (
    <section className="library-found" aria-labelledby="library-found">
      <div className="library-found-head">
        <h2 id="library-found">{t("library.found")}</h2>
        <button type="button" className="button small" onClick={onClear}>
          {t("library.backToFiles")}
        </button>
      </div>
      <How hits={data} />
      {data.hits.length === 0 ? (
        <NoHits />
      ) : (
        <ol className="plain library-hits">
          {data.hits.map((hit) => (
            <Hit key={hit.id} hit={hit} query={query} />
          ))}
        </ol>
      )}
    </section>
  );
}

function NoHits() {
  const { t } = useWords();
  const { data } = useProcessing();
  const isEmpty = data?.stored.files === 0;
  return (
    <Empty title={t(isEmpty ? "library.nothingYet" : "library.noHits")}>
      <p>{t(isEmpty ? "library.nothingYetHint" : "library.noHitsHint")}</p>
    </Empty>
  );
}

/** By what the passages were compared, and what could not be. */
function How({ hits: { embedding, not_compared, hits, elapsed_ms } }: { hits: FileHits }) {
  const { t, duration } = useWords();
  const how = t(embedding.kind === "lexical" ? "library.howLexical" : "library.howModel", { model: embedding.model });
  return (
    <div className="library-quiet">
      <p role="status">{t("library.hits", { count: hits.length, time: duration(elapsed_ms) })}</p>
      <p>{how}</p>
      {not_compared > 0 && <p>{t("library.notCompared", { count: not_compared })}</p>}
    </div>
  );
}

const two = (language: string) =>
  new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

function Hit({ hit, query }: { hit: FileHit; query: string }) {
  const words = useWords();
  const { t, language } = words;
  const trail = trailOf(hit.place);
  return (
    <li className="library-hit">
      <TypeIcon type={hit.type} />
      <div>
        <Link href={`/library/${hit.file_id}?chunk=${hit.position}`} className="library-name">
          <bdi>{hit.file_name}</bdi>
        </Link>
        <p className="library-facts">
          {placeWords(hit.place, words).map((text) => (
            <bdi key={text}>{text}</bdi>
          ))}
          {trail !== "" && <bdi className="library-trail">{trail}</bdi>}
        </p>
        <blockquote className="library-excerpt" dir="auto">
          {piecesOf(hit.text.replace(/\n\s*\n/g, "\n"), query).map(({ text, at, hit: isHit }) =>
            isHit ? <mark key={at}>{text}</mark> : <span key={at}>{text}</span>,
          )}
        </blockquote>
      </div>
      <span className="library-score" title={t("library.scoreHint")}>
        <span className="hidden-text">{t("library.score")} </span>
        {two(language).format(hit.score)}
      </span>
    </li>
  );
}
