/** The calls of a thread as a bill: what each took and what it cost, and what no call explains. */
import { useWords } from "../i18n/words.tsx";
import { useThreadPage } from "../thread/context.ts";
import { Model } from "../ui/parts.tsx";
import { type Bill, inColumn, type Line } from "./bill.ts";
import { Scrolled } from "./scrolled.tsx";

const counts = ["input", "output", "cached", "reasoning"] as const;

const tokensOf = ({ tokens }: Line): Record<(typeof counts)[number], number> | null =>
  tokens && {
    ...{ input: tokens.input_tokens, output: tokens.output_tokens },
    ...{ cached: tokens.cached_input_tokens, reasoning: tokens.reasoning_tokens },
  };

export function BillTable({ bill: { lines, rest, total } }: { bill: Bill }) {
  const { t, language } = useWords();
  const money = inColumn([...lines.map(({ cost }) => cost), rest], language);
  const { view } = useThreadPage();
  return (
    <Scrolled name={t("versions.bill.byCall")}>
      <table className="table versions-calls">
        <thead>
          <tr>
            <th scope="col">{t("versions.bill.step")}</th>
            <th scope="col">{t("versions.bill.model")}</th>
            <th scope="col" className="number">
              {t("versions.cost")}
            </th>
            {counts.map((name) => (
              <th key={name} scope="col" className="number">
                {t(`versions.bill.${name}`)}
                <span className="hidden-text"> {t("versions.bill.tokens")}</span>
              </th>
            ))}
            <th scope="col" className="number">
              {t("versions.time")}
            </th>
            <th scope="col">{t("versions.bill.source")}</th>
          </tr>
        </thead>
        {view.iterations.map(({ number }) => (
          <Round key={number} lines={lines.filter(({ iteration }) => iteration === number)} money={money} />
        ))}
        <tfoot>
          {rest > 0 && (
            <tr>
              <th scope="row" colSpan={2}>
                {t("versions.bill.rest")}
              </th>
              <td className="number">{money(rest)}</td>
              <td colSpan={6} className="versions-quiet">
                {t("versions.bill.restHint")}
              </td>
            </tr>
          )}
          <tr className="versions-sum">
            <th scope="row" colSpan={2}>
              {t("versions.bill.sum")}
            </th>
            <td className="number">{money(total)}</td>
            <td colSpan={6} />
          </tr>
        </tfoot>
      </table>
    </Scrolled>
  );
}

type Money = (dollars: number) => string;

/** The calls of one iteration. */
function Round({ lines, money }: { lines: readonly Line[]; money: Money }) {
  if (lines.length === 0) return null;
  return (
    <tbody>
      {lines.map((line) => (
        <Row key={`${line.phase} ${line.model}`} line={line} money={money} />
      ))}
    </tbody>
  );
}

function Row({ line, money }: { line: Line; money: Money }) {
  const { t, word, duration, count } = useWords();
  const { view } = useThreadPage();
  const { phase, iteration, model, cost, source, time } = line;
  const tokens = tokensOf(line);
  const unknown = (
    <span className="versions-quiet" title={t("common.unknown")}>
      –
    </span>
  );
  return (
    <tr>
      <th scope="row">
        {iteration} · {t(`versions.bill.${phase}`)}
      </th>
      <td>
        <Model name={model} />
      </td>
      <td className="number">{cost === null ? unknown : money(cost)}</td>
      {counts.map((name) => (
        <td key={name} className="number" data-zero={tokens?.[name] === 0}>
          {tokens ? count(tokens[name]) : unknown}
        </td>
      ))}
      <td className="number">{time === null ? unknown : duration(time)}</td>
      <td className="versions-quiet">
        {word("versions.source", view.simulated && source === "provider" ? "simulated" : source)}
      </td>
    </tr>
  );
}
