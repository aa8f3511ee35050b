/** More options of one question: rarely needed, fetched when they are. */
import { useId } from "react";
import { useModels } from "../data/queries.ts";
import { useWords } from "../i18n/words.tsx";
import { Model } from "../ui/parts.tsx";
import { contextLength, type Form } from "./form.ts";
import { usableOf } from "./usable.ts";
import type { Change } from "./use-form.ts";

type Props = { form: Form; change: Change; hasSession: boolean };

export default function Extras({ form, change, hasSession }: Props) {
  const { t } = useWords();
  return (
    <div className="ask-extras">
      <Context value={form.context} onChange={(context) => change({ context })} />
      <div className="ask-numbers">
        <NumberField
          label={t("ask.threshold")}
          value={form.threshold}
          onChange={(threshold) => change({ threshold })}
          {...{ min: 1, max: 10, step: 0.1 }}
        />
        <NumberField
          label={t("ask.maxIterations")}
          value={form.iterations}
          onChange={(iterations) => change({ iterations })}
          {...{ min: 1, max: 10 }}
        />
        <NumberField
          label={t("ask.evaluators")}
          value={form.evaluators}
          onChange={(evaluators) => change({ evaluators })}
          {...{ min: 0, max: 10 }}
        />
        <NumberField
          label={t("ask.seconds")}
          value={form.seconds}
          onChange={(seconds) => change({ seconds })}
          {...{ min: 1, max: 3600 }}
        />
      </div>
      <Excluded value={form.excluded} onChange={(excluded) => change({ excluded })} />
      {hasSession && (
        <label className="check">
          <input type="checkbox" checked={form.forget} onChange={({ target }) => change({ forget: target.checked })} />
          {t("ask.forget")}
        </label>
      )}
    </div>
  );
}

function Context({ value, onChange }: { value: string; onChange: (context: string) => void }) {
  const { t } = useWords();
  const id = useId();
  const length = contextLength(value);
  return (
    <div className="field">
      <label htmlFor={id}>{t("ask.context")}</label>
      <textarea
        id={id}
        className="input ask-context"
        rows={3}
        dir="auto"
        aria-describedby={`${id}-hint`}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
      <span id={`${id}-hint`} className={length?.over ? "wrong" : "hint"}>
        {length ? t("ask.length", { used: length.used, max: length.max }) : t("ask.contextHint")}
      </span>
    </div>
  );
}

type NumberProps = {
  label: string;
  value: string;
  onChange: (text: string) => void;
  min: number;
  max: number;
  step?: number;
};

function NumberField({ label, value, onChange, ...range }: NumberProps) {
  const { t } = useWords();
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input"
        type="number"
        placeholder={t("ask.usual")}
        value={value}
        onChange={({ target }) => onChange(target.value)}
        {...range}
      />
    </div>
  );
}

function Excluded({ value, onChange }: { value: readonly string[]; onChange: (names: string[]) => void }) {
  const { t } = useWords();
  const { data } = useModels();
  const names = new Set([...usableOf(data ?? []).map(({ model_name }) => model_name), ...value]);
  return (
    <fieldset className="field">
      <legend className="label">{t("ask.excluded")}</legend>
      <div className="ask-excluded">
        {[...names].map((name) => (
          <label key={name} className="check">
            <input
              type="checkbox"
              checked={value.includes(name)}
              onChange={({ target }) =>
                onChange(target.checked ? [...value, name] : value.filter((other) => other !== name))
              }
            />
            <Model name={name} />
          </label>
        ))}
      </div>
    </fieldset>
  );
}
