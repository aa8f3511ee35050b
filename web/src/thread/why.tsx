/** Why this model answers and those judge: one line, and all that it rests on. */
import "./why.css";
import { factors } from "@orchestratex/sdk/lists";
import { memo, useMemo } from "react";
import { useWords, type Words } from "../i18n/words.tsx";
import { Model, useModelName } from "../ui/parts.tsx";
import { useThreadPage } from "./context.ts";
import { judgesOf } from "./progress.ts";
import { isForced, reasonsOf, warningsOf } from "./reasons.ts";
import { Scroll } from "./scroll.tsx";
import type { Choice, ThreadView } from "./view.ts";

export function Why() {
  const { view } = useThreadPage();
  const { choice, analysis, finish, iterations } = view;
  const judged = useMemo(() => (finish ? judgesOf({ iterations }) : null), [finish, iterations]);
  const first = iterations[0]?.author ?? null;
  if (choice) return <Chosen choice={choice} analysis={analysis} judged={judged} author={first} />;
  return finish ? null : <div className="why why-waiting skeleton" />;
}

type ChosenProps = {
  choice: Choice;
  analysis: ThreadView["analysis"];
  /** Who has; null: it is not over. */
  judged: readonly string[] | null;
  /** Of the first answer: another one, where the chosen model failed. */
  author: string | null;
};

const Chosen = memo(function Chosen({ choice, analysis, judged, author }: ChosenProps) {
  const { t } = useWords();
  const warnings = warningsOf(choice);
  return (
    <details className="why">
      <summary>
        <Line choice={choice} domain={analysis?.domain ?? null} judged={judged} author={author} />
      </summary>
      <div className="why-body">
        {choice.candidates_considered.length > 0 && <Candidates choice={choice} />}
        <Facts choice={choice} analysis={analysis} />
        {warnings.length > 0 && (
          <div>
            <p className="why-label">{t("thread.why.warnings")}</p>
            <ul lang="en" className="why-warnings">
              {warnings.map((warning) => (
                <li key={warning}>{warning}</li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </details>
  );
});

type LineProps = Pick<ChosenProps, "choice" | "judged" | "author"> & { domain: string | null };

function Line({ choice, domain, judged, author }: LineProps) {
  const words = useWords();
  const nameFor = useModelName();
  const { t, score } = words;
  const { selected_model, selection_confidence } = choice;
  const critics = criticsLine(choice, judged, words, nameFor);
  return (
    <span className="why-line">
      <Model name={selected_model} />
      <span>
        {author === null || author === selected_model
          ? becauseOf(choice, domain, words)
          : t("thread.why.tookOver", { model: nameFor(author) })}
      </span>
      <span className="why-quiet">{critics}</span>
      {selection_confidence !== null && (
        <span className="why-quiet">{t("thread.why.confidence", { points: score(selection_confidence) })}</span>
      )}
    </span>
  );
}

/** Who is to judge; once it is over, who has. */
function criticsLine(
  { evaluators }: Choice,
  judged: ChosenProps["judged"],
  { t, list }: Words,
  nameFor: (model: string) => string,
): string {
  const count = evaluators.length;
  if (count === 0) return t("thread.why.noCritics");
  if (judged?.length === 0) return t("thread.why.nobodyJudged", { count });
  const names = list((judged ?? evaluators).map(nameFor));
  if (judged === null || judged.length >= count) return t("thread.why.critics", { count, names });
  return t("thread.why.judged", { done: judged.length, count, names });
}

function becauseOf(choice: Choice, domain: string | null, { t, word, list }: Words): string {
  if (isForced(choice)) return t("thread.why.forced");
  const said = reasonsOf(choice).map((factor) =>
    factor === "domain_match_score" && (domain ?? "general") === "general"
      ? t("thread.because.general")
      : t(`thread.because.${factor}`, { domain: domain ? word("domain", domain) : "" }),
  );
  return t("thread.why.answers", { reasons: said.length > 0 ? list(said) : t("thread.because.best") });
}

function Candidates({ choice: { candidates_considered, selected_model } }: { choice: Choice }) {
  const { t, score } = useWords();
  return (
    <Scroll className="scroll" label={t("thread.why.candidates")}>
      <table className="table why-table">
        <caption className="hidden-text">{t("thread.why.candidates")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("thread.model")}</th>
            <th scope="col" className="number">
              {t("thread.why.total")}
            </th>
            {factors.map((factor) => (
              <th scope="col" key={factor}>
                {t(`factor.${factor}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {candidates_considered.map((candidate) => (
            <tr key={candidate.model_name} data-chosen={candidate.model_name === selected_model}>
              <th scope="row">
                <Model name={candidate.model_name} />
              </th>
              <td className="number">
                <strong>{score(candidate.final_score)}</strong>
              </td>
              {factors.map((factor) => (
                <td key={factor}>
                  <Bar points={candidate[factor]} />
                  {factor === "historical_performance" && <Rests on={candidate.past_threads} />}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

const MOST_POINTS = 10;

function Bar({ points }: { points: number }) {
  const { score } = useWords();
  return (
    <span className="why-bar" style={{ "--part": points / MOST_POINTS } as Record<string, number>}>
      {score(points)}
    </span>
  );
}

function Rests({ on }: { on: number }) {
  const { t } = useWords();
  return (
    <span className="why-rests">{on === 0 ? t("thread.why.untried") : t("thread.why.restsOn", { count: on })}</span>
  );
}

function Facts({ choice, analysis }: { choice: Choice; analysis: ThreadView["analysis"] }) {
  const words = useWords();
  const nameFor = useModelName();
  return (
    <dl className="why-facts">
      {[...choiceFacts(choice, words, nameFor), ...analysisFacts(analysis, words)].map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      {analysis && analysis.reasons.length > 0 && (
        <div>
          <dt>{words.t("thread.why.signs")}</dt>
          <dd lang="en">{analysis.reasons.join("; ")}</dd>
        </div>
      )}
    </dl>
  );
}

type Fact = readonly [string, string];

function choiceFacts(choice: Choice, { t, word, score, money }: Words, nameFor: (model: string) => string): Fact[] {
  const { selection_strategy, runner_up_model, selection_margin, cost_range } = choice;
  const runnerUp: Fact[] =
    runner_up_model === null
      ? []
      : [
          [
            t("thread.why.runnerUp"),
            t((selection_margin ?? 0) < 0 ? "thread.why.ahead" : "thread.why.behind", {
              ...{ model: nameFor(runner_up_model), points: score(Math.abs(selection_margin ?? 0)) },
            }),
          ],
        ];
  return [
    [t("thread.why.strategy"), word("strategy", selection_strategy)],
    ...runnerUp,
    [t("thread.why.costRange"), t("thread.why.range", { low: money(cost_range.low), high: money(cost_range.high) })],
  ];
}

function analysisFacts(analysis: ThreadView["analysis"], { t, word, score, list, language }: Words): Fact[] {
  if (!analysis) return [];
  const { domain, complexity_level, estimated_difficulty, needs } = analysis;
  const kind = t("thread.why.kindOf", {
    ...{ domain: word("domain", domain), complexity: word("complexity", complexity_level) },
    difficulty: score(estimated_difficulty),
  });
  const wanted: Fact[] =
    needs.length > 0 ? [[t("thread.why.needs"), list(needs.map((need) => word("thread.need", need)))]] : [];
  return [
    [t("thread.why.kind"), kind],
    [t("thread.why.language"), nameOfLanguage(analysis.language, language, t)],
    ...wanted,
  ];
}

function nameOfLanguage(code: string, language: string, t: Words["t"]): string {
  if (code === "und") return t("common.unknown");
  try {
    return new Intl.DisplayNames(language, { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}
