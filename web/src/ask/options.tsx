/** Under the composer: how careful, by what models are chosen, what it may cost, who answers; the rest is folded away. */
import { ChevronRight } from "lucide-react";
import { lazy, Suspense, useId, useState } from "react";
import { useModels } from "../data/queries.ts";
import { useWords } from "../i18n/words.tsx";
import { Skeleton } from "../ui/parts.tsx";
import { nameOf } from "../ui/tones.ts";
import { Budget } from "./budget.tsx";
import { extrasIn, type Form, strategies, usual } from "./form.ts";
import { Habits } from "./habits.tsx";
import { Modes } from "./modes.tsx";
import { usableOf } from "./usable.ts";
import type { Change } from "./use-form.ts";

const Extras = lazy(() => import("./extras.tsx"));

type Props = { form: Form; change: Change; hasSession: boolean };

export function Options({ form, change, hasSession }: Props) {
  const { t } = useWords();
  const [resets, setResets] = useState(0);
  return (
    <div className="ask-options">
      <Modes value={form.mode} onChange={(mode) => change({ mode })} legend={t("ask.mode")} />
      <div className="ask-fields">
        <Choice label={t("ask.strategy")} value={form.strategy} onChange={(strategy) => change({ strategy })}>
          {strategies.map((strategy) => ({ value: strategy, label: t(`strategy.${strategy}`) }))}
        </Choice>
        <Budget key={resets} label={t("ask.budget")} value={form.budget} onChange={(budget) => change({ budget })} />
        <ModelChoice value={form.model} onChange={(model) => change({ model })} />
      </div>
      <Habits
        form={form}
        onReset={() => {
          change(usual);
          // An amount that is being typed goes with it.
          setResets(resets + 1);
        }}
      />
      <More form={form} change={change} hasSession={hasSession} />
    </div>
  );
}

type ChoiceProps<Value extends string> = {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  children: readonly { value: Value; label: string }[];
};

function Choice<Value extends string>({ label, value, onChange, children }: ChoiceProps<Value>) {
  const id = useId();
  return (
    <div className="ask-field">
      <label className="ask-label" htmlFor={id}>
        {label}
      </label>
      <select id={id} className="input" value={value} onChange={({ target }) => onChange(target.value as Value)}>
        {children.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}

/** The models that can be asked now; one that no longer can stays to be seen as long as it is chosen. */
function ModelChoice({ value, onChange }: { value: string | null; onChange: (model: string | null) => void }) {
  const { t } = useWords();
  const { data } = useModels();
  const names = usableOf(data ?? []).map(({ model_name }) => model_name);
  const gone = value !== null && !names.includes(value) ? [{ value, label: goneLabel(value) }] : [];
  function goneLabel(name: string) {
    return data ? `${nameOf(name)} (${t("ask.modelGone")})` : nameOf(name);
  }
  return (
    <Choice label={t("ask.model")} value={value ?? ""} onChange={(name) => onChange(name === "" ? null : name)}>
      {[
        { value: "", label: t("ask.modelAny") },
        ...gone,
        ...names.map((name) => ({ value: name, label: nameOf(name) })),
      ]}
    </Choice>
  );
}

/** What is folded away is made only once it is opened. */
function More({ form, change, hasSession }: Props) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const set = extrasIn(form, hasSession);
  return (
    <details className="ask-more" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <ChevronRight aria-hidden="true" />
        {t("ask.more")}
        {set > 0 && <span className="tag">{t("ask.moreSet", { count: set })}</span>}
      </summary>
      {open && (
        <Suspense fallback={<Skeleton lines={4} />}>
          <Extras form={form} change={change} hasSession={hasSession} />
        </Suspense>
      )}
    </details>
  );
}
