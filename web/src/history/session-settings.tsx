/** What holds for new questions of a session, to be changed. */
import type { Session } from "@orchestratex/sdk/contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { api } from "../data/http.ts";
import { useModels } from "../data/queries.ts";
import { useWords } from "../i18n/words.tsx";
import { Failure } from "../ui/failure.tsx";
import { Field } from "../ui/field.tsx";
import { say } from "../ui/toasts.tsx";
import {
  bounds,
  changesOf,
  formOf,
  type NumberName,
  type SessionForm,
  type Wish,
  wishOf,
  withWish,
  wrongIn,
} from "./session-form.ts";

const modes = ["auto", "quick", "checked", "thorough"] as const;
const strategies = ["hybrid", "domain_match", "performance", "cost"] as const;

export function SessionSettings({ session }: { session: Session }) {
  const { t, language } = useWords();
  const [form, setForm] = useState(() => formOf(session, language));
  const before = useUntouched(session, form, setForm);
  const changes = changesOf(form, before.current);
  const wrong = wrongIn(form);
  const save = useSave(session, (now) => {
    before.current = formOf(now, language);
    setForm(before.current);
  });
  const set = (change: Partial<SessionForm>) => setForm({ ...form, ...change });
  return (
    <details className="card session-settings">
      <summary>
        <h2>{t("history.settings")}</h2>
      </summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(changes);
        }}
      >
        <p className="hint">{t("history.settingsHint")}</p>
        <NumberField name="costLimit" hint={t("history.costLimitHint")} {...{ form, set, wrong }} />
        <NumberField name="threshold" hint={t("history.thresholdHint")} {...{ form, set, wrong }} />
        <NumberField name="maxIterations" {...{ form, set, wrong }} />
        <NumberField name="deadline" {...{ form, set, wrong }} />
        <Choice
          label={t("history.mode")}
          area="mode"
          options={modes}
          value={form.mode}
          onChange={(mode) => set({ mode })}
        />
        <Choice
          {...{ label: t("history.strategy"), area: "strategy", options: strategies, value: form.strategy }}
          onChange={(strategy) => set({ strategy })}
        />
        <ModelWishes form={form} onChange={setForm} />
        {save.error && <Failure error={save.error} />}
        <div className="actions">
          <button
            type="submit"
            className="button primary"
            disabled={wrong.length > 0 || Object.keys(changes).length === 0 || save.isPending}
          >
            {t("common.save")}
          </button>
        </div>
      </form>
    </details>
  );
}

function useSave(session: Session, onSaved: (now: Session) => void) {
  const { t } = useWords();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ReturnType<typeof changesOf>) =>
      api<Session>(`/api/sessions/${session.id}/settings`, { method: "PUT", body }),
    onSuccess: (now) => {
      queries.setQueryData(["session", session.id], now);
      onSaved(now);
      say(t("common.saved"));
    },
  });
}

/** As long as nothing was typed, the fields show what holds. */
function useUntouched(session: Session, form: SessionForm, setForm: (form: SessionForm) => void) {
  const { language } = useWords();
  const before = useRef(formOf(session, language));
  const touched = Object.keys(changesOf(form, before.current)).length > 0;
  useEffect(() => {
    if (touched) return;
    const now = formOf(session, language);
    if (JSON.stringify(now) === JSON.stringify(before.current)) return;
    before.current = now;
    setForm(now);
  }, [session, language, touched, setForm]);
  return before;
}

type NumberProps = {
  name: NumberName;
  hint?: ReactNode;
  form: SessionForm;
  set: (change: Partial<SessionForm>) => void;
  wrong: readonly NumberName[];
};

function NumberField({ name, hint, form, set, wrong }: NumberProps) {
  const { t } = useWords();
  const [low, high] = bounds[name];
  const problem = wrong.includes(name) ? t("history.invalidNumber", { low, high }) : null;
  return (
    <Field label={t(`history.${name}`)} hint={hint} wrong={problem}>
      {(given) => (
        <input
          {...given}
          className="input"
          inputMode="decimal"
          value={form[name]}
          onChange={({ target }) => set({ [name]: target.value })}
        />
      )}
    </Field>
  );
}

type ChoiceProps<Option extends string> = {
  label: string;
  area: string;
  options: readonly Option[];
  value: Option;
  onChange: (value: Option) => void;
};

function Choice<Option extends string>({ label, area, options, value, onChange }: ChoiceProps<Option>) {
  const { word } = useWords();
  return (
    <Field label={label}>
      {(given) => (
        <select {...given} className="input" value={value} onChange={({ target }) => onChange(target.value as Option)}>
          {options.map((option) => (
            <option key={option} value={option}>
              {word(area, option)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

const wishes = ["normal", "prefer", "exclude"] as const;

/** Those that can answer, and those that something was said of. */
function ModelWishes({ form, onChange }: { form: SessionForm; onChange: (form: SessionForm) => void }) {
  const { t } = useWords();
  const { data = [] } = useModels();
  const ready = data.filter(({ is_active, is_available }) => is_active && is_available);
  const names = [...new Set([...form.preferred, ...form.excluded, ...ready.map(({ model_name }) => model_name)])];
  return (
    <fieldset className="session-models">
      <legend>{t("history.models")}</legend>
      <p className="hint">{t("history.modelsHint")}</p>
      {names.toSorted().map((name) => (
        <label key={name}>
          <span>{name}</span>
          <select
            className="input"
            value={wishOf(form, name)}
            onChange={({ target }) => onChange(withWish(form, name, target.value as Wish))}
          >
            {wishes.map((wish) => (
              <option key={wish} value={wish}>
                {t(`history.model.${wish}`)}
              </option>
            ))}
          </select>
        </label>
      ))}
    </fieldset>
  );
}
