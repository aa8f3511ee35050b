/** What one question may cost: a few usual sums, none of its own, or another. */
import { useId, useState } from "react";
import { useWords } from "../i18n/words.tsx";
import { budgets } from "./form.ts";

type AmountProps = { value: number | null; onChange: (budget: number | null) => void };
type Props = AmountProps & { label: string };

const isUsual = (value: number | null) => value === null || budgets.some((budget) => budget === value);

export function Budget({ label, value, onChange }: Props) {
  const { t, money } = useWords();
  const [own, setOwn] = useState(!isUsual(value));
  const id = useId();
  const choose = (chosen: string) => {
    setOwn(chosen === "own");
    if (chosen !== "own") onChange(chosen === "" ? null : Number(chosen));
  };
  return (
    <div className="ask-field">
      <label className="ask-label" htmlFor={id}>
        {label}
      </label>
      <div className="ask-budget">
        <select
          id={id}
          className="input"
          title={t("ask.budgetHint")}
          value={own ? "own" : (value ?? "")}
          onChange={({ target }) => choose(target.value)}
        >
          <option value="">{t("ask.budgetNone")}</option>
          {budgets.map((budget) => (
            <option key={budget} value={budget}>
              {money(budget)}
            </option>
          ))}
          <option value="own">{t("ask.budgetOwn")}</option>
        </select>
        {own && <Amount value={value} onChange={onChange} />}
      </div>
    </div>
  );
}

/** As it is typed; what is no amount changes nothing. */
function Amount({ value, onChange }: AmountProps) {
  const { t } = useWords();
  const [text, setText] = useState(value === null ? "" : String(value));
  const type = (typed: string) => {
    setText(typed);
    const amount = Number(typed.replace(",", "."));
    if (typed.trim() === "") onChange(null);
    else if (amount >= 0 && amount <= 1e9) onChange(amount);
  };
  return (
    <input
      className="input ask-amount"
      inputMode="decimal"
      autoComplete="off"
      placeholder="0.50"
      aria-label={t("ask.budgetAmount")}
      value={text}
      onChange={({ target }) => type(target.value)}
    />
  );
}
