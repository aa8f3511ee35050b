/** A model of one's own, or what is known of another, typed in. */
import type { Profile } from "@orchestratex/sdk/contract";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { problemsOf } from "../data/problems.ts";
import { useIntegrations } from "../data/queries.ts";
import { useWords } from "../i18n/words.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Failure } from "../ui/failure.tsx";
import { Field } from "../ui/field.tsx";
import { say } from "../ui/toasts.tsx";
import {
  bounds,
  changesOf,
  complaintsOf,
  creationOf,
  emptyForm,
  formOf,
  type ModelForm,
  type TextName,
  wrongIn,
} from "./form.ts";
import { useChange, useCreate } from "./use-model.ts";

type NewProps = { onClose: () => void; onMade: (name: string) => void };

export function NewModel({ onClose, onMade }: NewProps) {
  const { t } = useWords();
  const [form, setForm] = useState(emptyForm);
  const create = useCreate();
  const submit = () =>
    create.mutate(creationOf(form), {
      onSuccess: ({ model_name }) => {
        say(t("models.added", { name: model_name }));
        onMade(model_name);
      },
    });
  return (
    <Dialog title={t("models.add")} onClose={onClose} className="models-detail">
      <p className="models-small">{t("models.addHint")}</p>
      <ProfileForm
        {...{ form, error: create.error, busy: create.isPending }}
        isNew
        onChange={setForm}
        onSubmit={submit}
        onCancel={onClose}
      />
    </Dialog>
  );
}

export function EditModel({ profile, onDone }: { profile: Profile; onDone: () => void }) {
  const { t, language } = useWords();
  const [before] = useState(() => formOf(profile, language));
  const [form, setForm] = useState(before);
  const change = useChange(profile.model_name);
  const submit = () => {
    const changes = changesOf(form, before);
    if (Object.keys(changes).length === 0) return onDone();
    change.mutate(changes, {
      onSuccess: () => {
        say(t("common.saved"));
        onDone();
      },
    });
  };
  return (
    <ProfileForm
      {...{ form, error: change.error, busy: change.isPending }}
      isNew={false}
      onChange={setForm}
      onSubmit={submit}
      onCancel={onDone}
    />
  );
}

type FormProps = {
  form: ModelForm;
  isNew: boolean;
  error: unknown;
  busy: boolean;
  onChange: (form: ModelForm) => void;
  onSubmit: () => void;
  onCancel: () => void;
};

function ProfileForm({ form, isNew, error, busy, onChange, onSubmit, onCancel }: FormProps) {
  const { t } = useWords();
  const complaints = complaintsOf(problemsOf(error));
  const wrong = wrongIn(form);
  const set = (name: TextName, value: string) => onChange({ ...form, [name]: value });
  const text = (name: TextName) => ({ name, form, set, complaint: complaints.get(name) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  const box = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (error !== null) box.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  }, [error]);
  return (
    <form ref={box} className="models-form" onSubmit={submit}>
      {isNew && <Text {...text("name")} required />}
      <ProviderField {...text("provider")} />
      <Text {...text("version")} required />
      <Text {...text("endpoint")} />
      <label className="models-check">
        <input
          type="checkbox"
          checked={form.keyRequired}
          onChange={({ target }) => onChange({ ...form, keyRequired: target.checked })}
        />
        {t("models.keyRequired")}
      </label>
      <Text {...text("input")} />
      <Text {...text("output")} />
      <Text {...text("context")} />
      <More text={text} open={!isNew || rare.some((name) => complaints.has(name))} />
      {error !== null && <Failure error={error} />}
      <div className="actions end">
        <button type="button" className="button" onClick={onCancel}>
          {t("common.cancel")}
        </button>
        <button type="submit" className="button primary" disabled={busy || wrong.length > 0}>
          {t(isNew ? "models.addNow" : "common.save")}
        </button>
      </div>
    </form>
  );
}

const rare = [
  ...(["maxOutput", "perMinute", "tokensPerMinute", "specialties", "aliases", "family", "languages"] as const),
  ...(["strengths", "weaknesses", "useCases"] as const),
];
const long: readonly TextName[] = ["strengths", "weaknesses", "useCases"];

/** What can as well be said later, or never. */
function More({ text, open }: { text: (name: TextName) => TextProps; open: boolean }) {
  const { t } = useWords();
  return (
    <details className="wide" open={open}>
      <summary>{t("models.moreFields")}</summary>
      <div className="models-form">
        {rare.map((name) => (
          <Text key={name} {...text(name)} long={long.includes(name)} />
        ))}
      </div>
    </details>
  );
}

type TextProps = {
  name: TextName;
  form: ModelForm;
  set: (name: TextName, value: string) => void;
  complaint: string | undefined;
  required?: boolean;
  long?: boolean;
  list?: string;
};

function Text({ name, form, set, complaint, required = false, long = false, list }: TextProps) {
  const { t, word } = useWords();
  const bound = name in bounds ? bounds[name as keyof typeof bounds] : null;
  const outside = bound !== null && wrongIn(form).includes(name as keyof typeof bounds);
  const hint = word("models.formHint", name);
  return (
    <Field
      label={t(`models.form.${name}`)}
      hint={hint === name ? null : hint}
      wrong={outside && bound ? t("models.invalidNumber", { low: bound.low, high: bound.high }) : complaint}
      wrongLang={outside ? undefined : "en"}
      className={long ? "wide" : ""}
    >
      {(given) =>
        long ? (
          <textarea
            {...given}
            className="input"
            rows={3}
            value={form[name]}
            onChange={({ target }) => set(name, target.value)}
          />
        ) : (
          <input
            {...given}
            className="input"
            value={form[name]}
            required={required}
            inputMode={bound === null ? undefined : "decimal"}
            list={list}
            onChange={({ target }) => set(name, target.value)}
          />
        )
      }
    </Field>
  );
}

function ProviderField(props: TextProps) {
  const { data = [] } = useIntegrations();
  const id = useId();
  return (
    <>
      <Text {...props} required list={id} />
      <datalist id={id}>
        {data.map(({ name, title }) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </datalist>
    </>
  );
}
